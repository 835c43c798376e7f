import { createHash, createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { formatCheckpoint } from '../../tlog/checkpoint.ts'
import { type ExportedEvent, exportFormat } from '../../tlog/export/contract.ts'
import { consistencyProof, inclusionProof, rootOf } from '../../tlog/merkle.ts'
import { formatVerifierKey } from '../../tlog/note.ts'
import { formatProofFile } from '../../tlog/proof-file.ts'
import { type Cosigner, cosign } from '../../tlog/witness/cosignature.ts'
import { aCosigner } from '../tlog/witness/cosigning.ts'
import '../../web/features/audit/event/event-page.tsx'
import { type Given, verifyEvent } from '../../web/features/audit/event/verify-event.ts'
import '../../web/features/audit/integrity/integrity-page.tsx'
import { seenLog } from '../../web/features/audit/integrity/remembered.ts'
import { verifyWholeLog } from '../../web/features/audit/integrity/verify-log.ts'
import type { AuditEntry } from '../../worker/features/audit/contract.ts'
import { logOf } from '../tlog/growing-log.ts'
import { aSigningKey } from '../tlog/signing-key.ts'
import './support/loaded-pages.ts'
import { anEntry } from './support/build.ts'
import { FakeServer } from './support/fake-server.ts'
import { field, fill, submit } from './support/fields.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

const origin = 'clawbutler.example/audit/org_1'
const signing = aSigningKey(origin)

/** A log of `count` events as the server keeps it: what pages show of it, and what proves it. */
const aLog = (count: number, said = 'thing') => {
  const kept = Array.from({ length: count }, (_, index) => {
    const payload = { said: `${said} ${index + 1}` }
    const salt = Buffer.alloc(32, index + 1)
    const text = JSON.stringify(payload)
    const entry = anEntry(index + 1, {
      payload,
      at: '2026-11-20T10:00:00.000Z',
      recordedAt: '2026-11-20T10:00:01.000Z',
    })
    const leaf = JSON.stringify({
      actor: { id: entry.actor.id, kind: entry.actor.kind },
      agent: entry.agentId,
      at: Date.parse(entry.at),
      connector: entry.connectorId,
      id: entry.id,
      pl: { alg: 'HMAC-SHA-256', commit: createHmac('sha256', salt).update(text).digest('base64url') },
      risk: entry.risk,
      seq: entry.seq,
      target: entry.target,
      trace: entry.traceId,
      ts: Date.parse(entry.recordedAt),
      type: entry.type,
      v: 1,
    })
    const hash = createHash('sha256').update(`\0${leaf}`).digest('hex')
    const exported: ExportedEvent = { seq: entry.seq, leaf, hash, payload: text, salt: salt.toString('base64') }
    return { entry: { ...entry, leafHash: hash }, exported }
  })
  const tiles = logOf(kept.map(({ exported }) => Buffer.from(exported.leaf)))
  const note = formatCheckpoint({ origin, size: count, root: rootOf(tiles, count) })
  const checkpoint = `${note}\n${signing.sign(note)}`
  const evidence = (seq: number, opened: Partial<ExportedEvent> = {}) => {
    const { leaf, payload, salt } = { ...kept[seq - 1]?.exported, ...opened }
    return formatProofFile({
      extra: Buffer.from(JSON.stringify({ leaf, payload, salt })),
      index: seq - 1,
      proof: inclusionProof(tiles, seq - 1, count),
      checkpoint,
    })
  }
  const entryOf = (seq: number): AuditEntry => kept[seq - 1]?.entry ?? anEntry(seq)
  const lines = (change: (event: ExportedEvent) => ExportedEvent = (event) => event) =>
    [
      { format: exportFormat, checkpoint, keys: [formatVerifierKey(signing.key)] },
      ...kept.map(({ exported }) => change(exported)),
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('')
  return { tiles, checkpoint, evidence, entryOf, lines, root: rootOf(tiles, count) }
}

const keys = [signing.key]
const bodyOf = (text: string) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      // In pieces that end anywhere, as a network gives them.
      const bytes = new TextEncoder().encode(text)
      for (let at = 0; at < bytes.length; at += 700) controller.enqueue(bytes.slice(at, at + 700))
      controller.close()
    },
  })

afterEach(() => localStorage.clear())

describe('the proof of one event', () => {
  const log = aLog(7)
  const given: Given = {
    ...{ entry: log.entryOf(5), evidence: log.evidence(5), keys, canCheckSignatures: true, seen: null },
    witnesses: null,
  }
  const wrong = async (change: Partial<typeof given>) =>
    (await verifyEvent({ ...given, ...change }))?.steps.flatMap(({ name, outcome }) => (outcome === 'bad' ? name : []))

  it('holds for what stands in the log, step by step', async () => {
    const verdict = await verifyEvent(given)
    expect(verdict?.isProven).toBe(true)
    expect(verdict?.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'shown good',
      'payload good',
      'leaf good',
      'root good',
      'size good',
      'signature good',
      'history unknown',
    ])
  })

  it('finds what a page shows otherwise than the leaf says', async () => {
    expect(await wrong({ entry: { ...given.entry, risk: 'critical' } })).toEqual(['shown'])
    expect(await wrong({ entry: { ...given.entry, payload: { said: 'nothing' } } })).toEqual(['payload'])
    expect(await wrong({ entry: log.entryOf(4) })).toEqual(['shown', 'payload', 'leaf', 'size'])
  })

  it('finds a payload and a leaf that were changed behind it', async () => {
    const payload = '{"said":"nothing"}'
    const entry = { ...given.entry, payload: { said: 'nothing' } }
    expect(await wrong({ entry, evidence: log.evidence(5, { payload }) })).toEqual(['payload'])
    const forged = log.evidence(5, { leaf: '{"forged":true}' })
    expect(await wrong({ evidence: forged })).toEqual(['shown', 'payload', 'leaf', 'root'])
  })

  it('finds a tree that a stranger signed, and that it cannot check it is no proof', async () => {
    expect(await wrong({ keys: [aSigningKey(origin).key] })).toEqual(['signature'])
    const verdict = await verifyEvent({ ...given, canCheckSignatures: false })
    expect(verdict?.isProven).toBe(false)
  })

  it('finds a log that was rewritten since this browser saw it', async () => {
    const seen = (from: ReturnType<typeof aLog>, size: number) => ({
      size,
      root: rootOf(from.tiles, size),
      proof: consistencyProof(log.tiles, size, 7),
    })
    expect((await verifyEvent({ ...given, seen: seen(log, 3) }))?.steps.at(-1)?.outcome).toBe('good')
    expect((await verifyEvent({ ...given, seen: seen(aLog(7, 'other'), 3) }))?.steps.at(-1)?.outcome).toBe('bad')
    expect((await verifyEvent({ ...given, seen: { size: 9, root: log.root, proof: null } }))?.isProven).toBe(false)
  })

  it('holds for an event whose payload was erased', async () => {
    const entry: AuditEntry = { ...given.entry, payload: {}, isErased: true }
    const evidence = log.evidence(5, { payload: null, salt: null })
    expect((await verifyEvent({ ...given, entry, evidence }))?.isProven).toBe(true)
    expect(await wrong({ evidence })).toEqual(['payload'])
  })

  it('asks for the witnesses that somebody insists on', async () => {
    const [one, other] = [aCosigner('w.one/1'), aCosigner('w.other/1')]
    const text = log.checkpoint.slice(0, log.checkpoint.lastIndexOf('\n\n') + 1)
    const evidence = log
      .evidence(5)
      .replace(log.checkpoint, log.checkpoint + (await cosign(text, one, new Date('2026-11-20T10:00:00Z'))))
    const witnesses = (quorum: number) => ({ witnesses: [one.key, other.key], quorum })
    expect(await wrong({ evidence, witnesses: witnesses(1) })).toEqual([])
    expect(await wrong({ evidence, witnesses: witnesses(2) })).toEqual(['witnesses'])
    expect(await wrong({ witnesses: witnesses(1) })).toEqual(['witnesses'])
  })

  it('is none where the evidence cannot be read', async () => {
    expect(await verifyEvent({ ...given, evidence: 'nothing' })).toBe(null)
  })
})

describe('the proof of the whole log', () => {
  const verify = (text: string) => verifyWholeLog(bodyOf(text), () => {})

  it('holds, and is remembered with the keys that signed', async () => {
    const log = aLog(300)
    expect(await verify(log.lines())).toMatchObject({ ok: true, events: 300, keysFrom: 'export', seenBefore: null })
    expect(seenLog(origin)).toMatchObject({ size: 300, keys: [{ keyId: signing.key.keyId }] })
    expect(await verify(aLog(310).lines())).toMatchObject({ ok: true, keysFrom: 'seen', seenBefore: 300 })
  })

  it('finds a log that was cut or rewritten since, and keeps what it knew', async () => {
    await verify(aLog(20).lines())
    const kinds = async (text: string) => (await verify(text)).faults.map(({ kind }) => kind)
    expect(await kinds(aLog(12).lines())).toEqual(['shrunk'])
    expect(await kinds(aLog(25, 'other').lines())).toEqual(['fork'])
    expect(seenLog(origin)?.size).toBe(20)
  })

  it('asks for as many witnesses as the quorum says, and takes a wrong signature for none', async () => {
    const [one, other, stranger] = [aCosigner('w.one/1'), aCosigner('w.other/1'), aCosigner('w.one/1')]
    const log = aLog(9)
    const text = log.checkpoint.slice(0, log.checkpoint.lastIndexOf('\n\n') + 1)
    const cosigned = async (...by: Cosigner[]) => {
      const lines = await Promise.all(by.map((witness) => cosign(text, witness, new Date())))
      return log.lines().replace(JSON.stringify(log.checkpoint), JSON.stringify(log.checkpoint + lines.join('')))
    }
    const verifyWith = (export_: string, quorum: number) =>
      verifyWholeLog(bodyOf(export_), () => {}, { keys: [one.key, other.key], quorum })
    expect(await verifyWith(await cosigned(one, other), 2)).toMatchObject({ ok: true, witnessed: { by: [{}, {}] } })
    expect(await verifyWith(await cosigned(one), 1)).toMatchObject({ ok: true, quorum: 1 })
    expect(await verifyWith(await cosigned(one), 2)).toMatchObject({ ok: false, faults: [{ kind: 'witness' }] })
    expect(await verifyWith(await cosigned(stranger, other), 1)).toMatchObject({ ok: true, witnessed: { by: [{}] } })
    expect(await verifyWith(log.lines(), 0)).toMatchObject({ ok: true })
  })

  it('finds an event changed by hand', async () => {
    const text = aLog(9).lines((event) => (event.seq === 4 ? { ...event, payload: '{"said":"nothing"}' } : event))
    expect((await verify(text)).faults).toMatchObject([{ kind: 'commitment', seq: 4 }])
    expect(seenLog(origin)).toBe(null)
  })
})

describe('the pages', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
  })
  const log = aLog(7)
  const open = async (path: string, change: (event: ExportedEvent) => ExportedEvent = (event) => event) => {
    const server = new FakeServer()
    const vkey = formatVerifierKey(signing.key)
    const state = { head: 7, size: 7, signedAt: new Date().toISOString(), checkpoint: log.checkpoint }
    server.intercept = ({ path: asked }) => {
      if (asked === '/audit/events/5') return Response.json(log.entryOf(5))
      if (asked === '/audit/events/5/evidence') return new Response(log.evidence(5))
      if (asked === '/audit/log/vkey') return new Response(`${vkey}\n`)
      if (asked === '/audit/log')
        return Response.json({
          ...state,
          keys: [{ vkey, createdAt: '2026-11-20T10:00:00.000Z', retiredAt: null, succession: null }],
        })
      return asked === '/audit/export' ? new Response(log.lines(change)) : undefined
    }
    close = (await openApp(path, server)).close
  }

  it('verifies an event when asked, and says what was checked', async () => {
    await open('/audit/5')
    await click(await until(() => button('Verify now')))
    await until(() => document.body.textContent?.includes('Proven: it stands in the log, unchanged'))
    expect(document.body.textContent).toContain('5 of 7')
    expect(document.body.textContent).toContain(`key ${signing.key.keyId}`)
  })

  it('verifies the whole log when asked, remembers it, and forgets it when told to', async () => {
    await open('/audit/integrity')
    await click(await until(() => button('Verify now')))
    await until(() => document.body.textContent?.includes('The log agrees with itself'))
    await click(() => button('Verify again'))
    await until(() => document.body.textContent?.includes('Verified: nothing was changed, removed or put in'))
    expect(seenLog(origin)?.size).toBe(7)
    await click(() => button('Forget'))
    const sure = await until(() => document.querySelector<HTMLFormElement>('[role=dialog] form'))
    sure.requestSubmit()
    await until(() => document.body.textContent?.includes('This browser has not verified this log yet'))
    expect(seenLog(origin)).toBe(null)
  })

  it('insists on the keys that somebody has pinned, whatever the server names, and lets go of them when told to', async () => {
    await open('/audit/integrity')
    const [keys, quorum] = ['Verifier keys, of the log and of witnesses', 'Witnesses that must have cosigned']
    const dialog = () => document.querySelector('[role=dialog]')
    const write = async (text: string, count: string) => {
      if (!dialog()) await click(await until(() => button('Insist on keys') ?? button('Change')))
      await until(() => field(keys))
      await fill(keys, text)
      await fill(quorum, count)
    }
    const says = (words: string) => until(() => document.body.textContent?.includes(words))
    const witness = formatVerifierKey(aCosigner('w.one/1').key)
    const stranger = formatVerifierKey(aSigningKey(origin).key)
    await write(`${stranger}\nnonsense`, '0')
    expect(dialog()?.textContent).toContain('This is no verifier key: nonsense')
    await write(`${stranger}\n${witness}`, '2')
    expect(dialog()?.textContent).toContain('Between 0 and 1.')
    await write(`${stranger}\n${witness}`, '1')
    await submit(keys)
    await says('1 key of the log, 1 of 1 witnesses')
    await click(() => button('Verify now'))
    const faults = await until(() => document.querySelector('ul[aria-label="What is wrong"]'))
    expect(faults.querySelectorAll('li')).toHaveLength(2)
    // The key that signs, and no witness: now it holds, by the person's own keys.
    await write(formatVerifierKey(signing.key), '0')
    await submit(keys)
    await says('1 key of the log, 0 of 0 witnesses')
    await click(() => button('Verify again'))
    await says('your own, kept in this browser')
    expect(document.body.textContent).toContain('Verified: nothing was changed, removed or put in')
    await write('', '0')
    await submit(keys)
    await says('nothing: the keys and witnesses that the server names count')
  })

  it('says in words what is wrong with it, and where', async () => {
    await open('/audit/integrity', (event) => (event.seq === 4 ? { ...event, payload: '{}' } : event))
    await click(await until(() => button('Verify now')))
    const faults = await until(() => document.querySelector('ul[aria-label="What is wrong"]'))
    expect(faults.textContent).toContain('Event #4 What the event says was changed.')
  })
})
