import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatCheckpoint } from '../../tlog/checkpoint.ts'
import { type ExportedEvent, exportFormat } from '../../tlog/export/contract.ts'
import { type Remembered, verifyExport } from '../../tlog/export/verify.ts'
import { nodeHash } from '../../tlog/hash.ts'
import { formatVerifierKey, type NoteKey } from '../../tlog/note.ts'
import { successionText } from '../../tlog/succession.ts'
import { cosign } from '../../tlog/witness/cosignature.ts'
import { aPostQuantumLine } from '../support/witness.ts'
import { plainRoot } from './growing-log.ts'
import { aSigningKey } from './signing-key.ts'
import { aCosigner } from './witness/cosigning.ts'

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
  successions: string[] = [],
) => {
  const lines = async function* () {
    yield JSON.stringify({ format: exportFormat, checkpoint, keys: [formatVerifierKey(key)], successions })
    for (const event of events) yield JSON.stringify(event)
    yield ''
  }
  return verifyExport(lines(), { trusted, remembered })
}
const kinds = ({ faults }: Awaited<ReturnType<typeof verify>>) => [...new Set(faults.map(({ kind }) => kind))].sort()

test('signatures of algorithms that are not ours are passed over, as many as a note may have', async () => {
  const { key, events, checkpoint } = await aLog(3)
  const many = checkpoint + Array.from({ length: 15 }, () => aPostQuantumLine(origin)).join('')
  expect(await verify(many, key, events, [key])).toMatchObject({ ok: true, signedBy: [`${key.name}+${key.keyId}`] })
})

test('an honest export is good, by its own key and by one that was known before', async () => {
  const { key, events, checkpoint } = await aLog(300)
  const report = await verify(checkpoint, key, events)
  expect(report).toMatchObject({ ok: true, faults: [], origin, size: 300, events: 300, erased: 0 })
  expect(report.signedBy).toEqual([`${origin}+${key.keyId}`])
  expect((await verify(checkpoint, key, events, [key])).ok).toBe(true)
})

test('a key that took the place of the known one is known by its word, and only by that', async () => {
  const { key, events, checkpoint } = await aLog(5)
  const [known, stranger] = [aSigningKey(origin), aSigningKey(origin)]
  const text = successionText(key)
  const vouchedBy = ({ sign }: typeof known) => `${text}\n${sign(text)}`
  const verified = await verify(checkpoint, key, events, [known.key], null, [vouchedBy(known)])
  expect(verified).toMatchObject({ ok: true, signingKeys: [formatVerifierKey(key)] })
  expect(kinds(await verify(checkpoint, key, events, [known.key], null, [vouchedBy(stranger)]))).toEqual(['key'])
})

test('an erased payload leaves everything else proven', async () => {
  const { key, events, checkpoint } = await aLog(3)
  const erased = events.map((event) => (event.seq === 2 ? { ...event, payload: null, salt: null } : event))
  expect(await verify(checkpoint, key, erased)).toMatchObject({ ok: true, erased: 1 })
})

describe('found is', () => {
  const tampered: [what: string, change: (events: ExportedEvent[]) => ExportedEvent[], faults: string[]][] = [
    [
      'a salt written longer, which HMAC alone would take for the same key',
      (events) => {
        const salt = Buffer.concat([Buffer.from(events[1]?.salt ?? '', 'base64'), Buffer.of(0)]).toString('base64')
        return with2(events, { salt })
      },
      ['commitment'],
    ],
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

describe('what witnesses have cosigned', () => {
  const now = new Date(1_700_000_000_000)
  const textOf = (note: string) => note.slice(0, note.lastIndexOf('\n\n') + 1)
  const reportOf = async (
    { key, events, checkpoint }: Awaited<ReturnType<typeof aLog>>,
    witnesses: { keys: NoteKey[]; quorum: number },
    head: { checkpoint?: string; witnessed?: string } = {},
  ) => {
    const lines = async function* () {
      yield JSON.stringify({ format: exportFormat, checkpoint, keys: [formatVerifierKey(key)], ...head })
      for (const event of events) yield JSON.stringify(event)
    }
    return verifyExport(lines(), { trusted: [key], witnesses })
  }

  test('counts on the checkpoint of the file, and on a smaller one that the file contains', async () => {
    const log = await aLog(5)
    const [one, two] = [aCosigner('w.example/1'), aCosigner('w.example/2')]
    const keys = [one.key, two.key]
    const smaller = await log.checkpointOver(log.events.slice(0, 3))
    const witnessed = smaller + (await cosign(textOf(smaller), one, now)) + (await cosign(textOf(smaller), two, now))
    const checkpoint = log.checkpoint + (await cosign(textOf(log.checkpoint), one, now))
    const first = await reportOf(log, { keys, quorum: 1 }, { checkpoint, witnessed })
    expect([first.ok, first.witnessed]).toEqual([
      true,
      { size: 5, by: [{ witness: `w.example/1+${one.key.keyId}`, at: 1_700_000_000 }] },
    ])
    const both = await reportOf(log, { keys, quorum: 2 }, { checkpoint, witnessed })
    expect([both.ok, both.witnessed?.size, both.witnessed?.by.length]).toEqual([true, 3, 2])
    expect((await reportOf(log, { keys: [], quorum: 0 }, { checkpoint, witnessed })).witnessed).toBeNull()
    const stranger = aCosigner('w.example/3')
    // Where it is not enough, what comes nearest is told: the newest may not have been shown to anybody yet.
    const third = { keys: [...keys, stranger.key], quorum: 3 }
    expect((await reportOf(log, third, { witnessed })).faults).toMatchObject([
      { kind: 'witness', detail: '2 of 3 witnesses have cosigned the checkpoint' },
    ])
    expect(kinds(await reportOf(log, { keys: [stranger.key], quorum: 1 }, { checkpoint, witnessed }))).toEqual([
      'witness',
    ])
    expect((await reportOf(log, { keys: [stranger.key], quorum: 0 }, { checkpoint, witnessed })).ok).toBe(true)
  })

  test('is a fault when a signature is wrong, when they are too few, and when the file is another log', async () => {
    const log = await aLog(5)
    const one = aCosigner('w.example/1')
    const policy = { keys: [one.key], quorum: 1 }
    const wrong = log.checkpoint + (await cosign('else\n', one, now))
    expect(kinds(await reportOf(log, policy, { checkpoint: wrong }))).toEqual(['witness'])
    expect(kinds(await reportOf(log, policy))).toEqual(['witness'])
    const rewritten = await log.checkpointOver(log.events.slice(1, 4))
    const witnessed = rewritten + (await cosign(textOf(rewritten), one, now))
    expect(kinds(await reportOf(log, policy, { witnessed }))).toEqual(['witness'])
    const longer = await log.checkpointOver([...log.events, anEvent(6)])
    const ahead = longer + (await cosign(textOf(longer), one, now))
    expect(kinds(await reportOf(log, policy, { witnessed: ahead }))).toEqual(['witness'])
  })
})
