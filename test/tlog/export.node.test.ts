import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatCheckpoint } from '../../tlog/checkpoint.ts'
import { type ExportedEvent, exportFormat } from '../../tlog/export/contract.ts'
import { type Remembered, verifyExport } from '../../tlog/export/verify.ts'
import { nodeHash } from '../../tlog/hash.ts'
import { formatVerifierKey, type NoteKey } from '../../tlog/note.ts'
import { plainRoot } from './growing-log.ts'
import { aSigningKey } from './signing-key.ts'

const origin = 'log.example/audit/org_1'

const anEvent = (seq: number): ExportedEvent => {
  const payload = JSON.stringify({ said: `thing ${seq}` })
  const salt = Buffer.alloc(32, seq)
  const commit = createHmac('sha256', salt).update(payload).digest('base64url')
  const leaf = JSON.stringify({ pl: { alg: 'HMAC-SHA-256', commit }, seq, v: 1 })
  return { seq, leaf, hash: hashOf(leaf), payload, salt: salt.toString('base64') }
}
const hashOf = (leaf: string) => createHash('sha256').update(`\0${leaf}`).digest('hex')

/** A log with a key of its own; `size` and `root` are what it signs, by default the truth. */
const aLog = async (count: number) => {
  const { key, sign } = aSigningKey(origin)
  const events = Array.from({ length: count }, (_, index) => anEvent(index + 1))
  const checkpointOver = async (signed: ExportedEvent[]) => {
    const root = plainRoot(
      signed.map(({ hash }) => Buffer.from(hash, 'hex')),
      nodeHash,
    )
    const text = formatCheckpoint({ origin, size: signed.length, root })
    return `${text}\n${sign(text)}`
  }
  const checkpoint = await checkpointOver(events)
  return { key, events, checkpoint, checkpointOver }
}

const verify = async (
  checkpoint: string,
  key: NoteKey,
  events: ExportedEvent[],
  trusted: NoteKey[] = [],
  remembered: Remembered | null = null,
) => {
  const lines = async function* () {
    yield JSON.stringify({ format: exportFormat, checkpoint, keys: [formatVerifierKey(key)] })
    for (const event of events) yield JSON.stringify(event)
    yield ''
  }
  return verifyExport(lines(), { trusted, remembered })
}
const kinds = ({ faults }: Awaited<ReturnType<typeof verify>>) => [...new Set(faults.map(({ kind }) => kind))].sort()

test('an honest export is good, by its own key and by one that was known before', async () => {
  const { key, events, checkpoint } = await aLog(300)
  const report = await verify(checkpoint, key, events)
  expect(report).toMatchObject({ ok: true, faults: [], origin, size: 300, events: 300, erased: 0 })
  expect(report.signedBy).toEqual([`${origin}+${key.keyId}`])
  expect((await verify(checkpoint, key, events, [key])).ok).toBe(true)
})

test('an erased payload leaves everything else proven', async () => {
  const { key, events, checkpoint } = await aLog(3)
  const erased = events.map((event) => (event.seq === 2 ? { ...event, payload: null, salt: null } : event))
  expect(await verify(checkpoint, key, erased)).toMatchObject({ ok: true, erased: 1 })
})

describe('found is', () => {
  const tampered: [what: string, change: (events: ExportedEvent[]) => ExportedEvent[], faults: string[]][] = [
    ['a payload changed by hand', (events) => with2(events, { payload: '{"said":"nothing"}' }), ['commitment']],
    [
      'a leaf changed by hand',
      (events) => with2(events, { leaf: events[1]?.leaf.replace('"v":1', '"v":2') ?? '' }),
      ['hash', 'root'],
    ],
    [
      'a leaf and its hash changed by hand',
      (events) => {
        const leaf = events[1]?.leaf.replace('"v":1', '"v":2') ?? ''
        return with2(events, { leaf, hash: hashOf(leaf) })
      },
      ['root'],
    ],
    ['an event that was taken out', (events) => events.filter(({ seq }) => seq !== 2), ['gap', 'leaf', 'size']],
    ['an event that was put in', (events) => [...events, anEvent(events.length + 1)], ['size']],
    ['an end that was cut off', (events) => events.slice(0, -1), ['size']],
    [
      'two events that changed places',
      (events) => [...events.slice(0, 1), ...events.slice(1, 3).reverse(), ...events.slice(3)],
      ['gap', 'leaf', 'root'],
    ],
    ['an event whose number was changed', (events) => with2(events, { seq: 7 }), ['gap']],
  ]
  const with2 = (events: ExportedEvent[], change: Partial<ExportedEvent>) =>
    events.map((event) => (event.seq === 2 ? { ...event, ...change } : event))

  test.each(tampered)('%s', async (_what, change, faults) => {
    const { key, events, checkpoint } = await aLog(5)
    const report = await verify(checkpoint, key, change(events))
    expect(report.ok).toBe(false)
    expect(kinds(report)).toEqual(faults)
  })

  test('a checkpoint signed by somebody else', async () => {
    const [log, other] = [await aLog(3), await aLog(3)]
    expect(kinds(await verify(other.checkpoint, log.key, log.events))).toEqual(['signature'])
    expect(kinds(await verify(other.checkpoint, other.key, other.events, [log.key]))).toEqual(['key'])
  })

  test('a checkpoint whose text was changed', async () => {
    const { key, events, checkpoint } = await aLog(3)
    expect(kinds(await verify(checkpoint.replace('\n3\n', '\n2\n'), key, events.slice(0, 2)))).toContain('signature')
  })

  test('yesterday’s checkpoint over today’s events', async () => {
    const { key, events, checkpointOver } = await aLog(5)
    expect(kinds(await verify(await checkpointOver(events.slice(0, 3)), key, events))).toEqual(['size'])
  })

  test('a log that was longer, or another one, when it was seen before', async () => {
    const { key, events, checkpoint } = await aLog(5)
    const rootAt = (seen: ExportedEvent[]) =>
      plainRoot(
        seen.map(({ hash }) => Buffer.from(hash, 'hex')),
        nodeHash,
      )
    const seen = (size: number, root: Uint8Array) => verify(checkpoint, key, events, [], { size, root })
    expect((await seen(3, rootAt(events.slice(0, 3)))).ok).toBe(true)
    expect((await seen(5, rootAt(events))).ok).toBe(true)
    expect(kinds(await seen(3, rootAt(events.slice(1, 4))))).toEqual(['fork'])
    expect(kinds(await seen(6, rootAt(events)))).toEqual(['shrunk'])
  })

  test('a file that is none', async () => {
    const nothing = async function* () {
      yield 'hello'
    }
    expect((await verifyExport(nothing(), { trusted: [] })).faults[0]?.kind).toBe('format')
    const { key, events, checkpoint } = await aLog(2)
    expect(kinds(await verify('no note', key, events))).toEqual(['checkpoint'])
    expect(kinds(await verify(checkpoint, key, [...events.slice(0, 1), { ...anEvent(2), leaf: 'x' }]))).toEqual([
      'hash',
      'leaf',
      'root',
    ])
  })
})
