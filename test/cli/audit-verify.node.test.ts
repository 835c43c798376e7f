import { createHash, createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { formatCheckpoint } from '../../tlog/checkpoint.ts'
import { type ExportedEvent, exportFormat } from '../../tlog/export/contract.ts'
import { nodeHash } from '../../tlog/hash.ts'
import { formatVerifierKey } from '../../tlog/note.ts'
import { runCommand } from '../support/product/command.ts'
import { plainRoot } from '../tlog/growing-log.ts'
import { aSigningKey } from '../tlog/signing-key.ts'
import { aFolder } from './world.ts'

const Told = z.object({
  ok: z.boolean(),
  faults: z.array(z.object({ kind: z.string() })),
  seenBefore: z.number().nullable(),
})
const origin = 'log.example/audit/org_1'

const anEvent = (seq: number, said = `thing ${seq}`): ExportedEvent => {
  const payload = JSON.stringify({ said })
  const salt = Buffer.alloc(32, seq)
  const commit = createHmac('sha256', salt).update(payload).digest('base64url')
  const leaf = JSON.stringify({ pl: { alg: 'HMAC-SHA-256', commit }, seq, v: 1 })
  const hash = createHash('sha256').update(`\0${leaf}`).digest('hex')
  return { seq, leaf, hash, payload, salt: salt.toString('base64') }
}
const eventsUpTo = (count: number) => Array.from({ length: count }, (_, index) => anEvent(index + 1))

/** A log on whose exports the command is let loose, on a machine that remembers. */
const aLog = async () => {
  const { key, sign } = aSigningKey(origin)
  const home = await aFolder()
  const exported = (events: ExportedEvent[], signed = events) => {
    const leaves = signed.map(({ hash }) => Buffer.from(hash, 'hex'))
    const text = formatCheckpoint({ origin, size: signed.length, root: plainRoot(leaves, nodeHash) })
    const checkpoint = `${text}\n${sign(text)}`
    const head = { format: exportFormat, checkpoint, keys: [formatVerifierKey(key)] }
    return [head, ...events].map((line) => `${JSON.stringify(line)}\n`).join('')
  }
  /** What the command finds in an export; the kinds of its faults. */
  const verify = async (text: string) => {
    const file = join(home, 'audit.jsonl')
    await writeFile(file, text)
    const { code, stdout } = await runCommand(['audit', 'verify', file, '--json'], {
      XDG_CONFIG_HOME: home,
      HOME: home,
    })
    const { ok, faults, seenBefore } = Told.parse(JSON.parse(stdout))
    expect(code).toBe(ok ? 0 : 1)
    return { faults: [...new Set(faults.map(({ kind }) => kind))].sort(), seenBefore }
  }
  return { exported, verify }
}

test('a log that only grows is good each time, and what was seen of it is remembered', async () => {
  const { exported, verify } = await aLog()
  expect(await verify(exported(eventsUpTo(3)))).toEqual({ faults: [], seenBefore: null })
  expect(await verify(exported(eventsUpTo(5)))).toEqual({ faults: [], seenBefore: 3 })
  expect(await verify(exported(eventsUpTo(5)))).toEqual({ faults: [], seenBefore: 5 })
})

test('a row of the database that was changed by hand is found, and nothing of it is remembered', async () => {
  const { exported, verify } = await aLog()
  const events = eventsUpTo(4)
  const [one, two, ...rest] = events
  if (!one || !two) throw new Error('no events')
  expect((await verify(exported([one, { ...two, payload: '{"said":"nothing"}' }, ...rest]))).faults).toEqual([
    'commitment',
  ])
  const leaf = two.leaf.replace('"v":1', '"v":2')
  expect((await verify(exported([one, { ...two, leaf }, ...rest], events))).faults).toEqual(['hash', 'root'])
  expect(await verify(exported(events))).toEqual({ faults: [], seenBefore: null })
})

test('a tree that was truncated is found: against its own checkpoint, and signed anew against what was seen', async () => {
  const { exported, verify } = await aLog()
  const events = eventsUpTo(6)
  expect((await verify(exported(events.slice(0, 4), events))).faults).toEqual(['size'])
  await verify(exported(events))
  expect(await verify(exported(events.slice(0, 4)))).toEqual({ faults: ['shrunk'], seenBefore: 6 })
})

test('a tree that was forked is found, though every signature in it is right', async () => {
  const { exported, verify } = await aLog()
  await verify(exported(eventsUpTo(4)))
  const rewritten = [1, 2, 3, 4, 5].map((seq) => anEvent(seq, seq === 2 ? 'another thing' : undefined))
  expect(await verify(exported(rewritten))).toEqual({ faults: ['fork'], seenBefore: 4 })
  expect(await verify(exported(eventsUpTo(5)))).toEqual({ faults: [], seenBefore: 4 })
})

test('a checkpoint that is replayed from yesterday is found, over today’s events and alone', async () => {
  const { exported, verify } = await aLog()
  const today = eventsUpTo(5)
  expect((await verify(exported(today, today.slice(0, 3)))).faults).toEqual(['size'])
  await verify(exported(today))
  expect((await verify(exported(today.slice(0, 3)))).faults).toEqual(['shrunk'])
})
