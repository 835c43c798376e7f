import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { waitAfter } from '../../../durable-objects/audit-log/witnesses/rules.ts'
import { parseCheckpoint } from '../../../tlog/checkpoint.ts'
import { formatVerifierKey, parseNote } from '../../../tlog/note.ts'
import { parseProofFile } from '../../../tlog/proof-file.ts'
import { cosign, cosignersOf } from '../../../tlog/witness/cosignature.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { takeApart } from '../../support/apart.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { touches } from '../../support/every-log.ts'
import { aPostQuantumLine, aWitness } from '../../support/witness.ts'

const host = 'witnesses.clawbutler.dev'
const genuine = globalThis.fetch
let reached: Map<string, ReturnType<typeof aWitness>>

beforeEach(() => {
  reached = new Map()
  vi.stubGlobal('fetch', async (target: RequestInfo | URL, init?: RequestInit) => {
    const url = new URL(target instanceof Request ? target.url : target)
    if (url.host !== host) return genuine(target, init)
    const witness = reached.get(url.pathname.split('/')[1] ?? '')
    if (!witness) throw new TypeError('nobody is there')
    return witness.answer(String(init?.body))
  })
})
/** A witness that nobody answers for any more is not to be asked for ever. */
const quiet: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const hush of quiet.splice(0)) await hush()
  vi.unstubAllGlobals()
})

const aLog = () => {
  const organizationId = touches(newId('org'))
  const object = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))
  const log = auditLog(env, organizationId)
  quiet.push(() =>
    runInDurableObject(object, (_: AuditLog, { storage }) => void storage.sql.exec('UPDATE witnesses SET enabled = 0')),
  )
  const add = async (enabled = true) => {
    const id = newId('wit')
    await log.checkpoint()
    const vkeys = (await log.state()).keys.map(({ vkey }) => vkey)
    const witness = aWitness(`${host}/${id}`, vkeys)
    reached.set(id, witness)
    const vkey = formatVerifierKey(witness.cosigner.key)
    const change = { kind: 'add', id, name: id, url: `https://${host}/${id}`, vkey, enabled } as const
    expect(await log.changeWitnesses(change, anEvent({ type: 'witness.added' }))).toBe('done')
    return { id, witness, change }
  }
  const statusOf = async (id: string) => {
    const status = (await log.witnesses()).witnesses.find((witness) => witness.id === id)
    if (!status) throw new Error('no such witness')
    return status
  }
  const types = async () => (await checkAuditLog(organizationId)).map(({ type }) => type)
  const signed = async () => {
    await log.freshCheckpoint()
    return (await log.state()).size
  }
  return { organizationId, log, object, add, statusOf, types, signed }
}
const events = (count: number) => Array.from({ length: count }, () => anEvent())
const quorum = (count: number) =>
  [{ kind: 'quorum', quorum: count } as const, anEvent({ type: 'witness.policy-changed' })] as const
const sizeOf = (text: string | null) => parseCheckpoint(parseNote(text ?? '')?.text ?? '')?.size ?? null
const fail = (): Response => {
  throw new TypeError('network')
}
const eventually = <T>(read: () => Promise<T>) => expect.poll(read)

describe('a checkpoint', () => {
  test('is cosigned by itself, is served with the cosignature, and goes on from what was cosigned', async () => {
    const { log, add, statusOf, types, signed } = aLog()
    const { id, witness } = await add()
    await log.append(events(3))
    await eventually(async () => (await statusOf(id)).size).toBeGreaterThanOrEqual(4)
    const note = parseNote(await log.checkpoint())
    if (!note) throw new Error('no note')
    expect((await cosignersOf(note, [witness.cosigner.key])).cosigned).toHaveLength(1)
    await log.append(events(300))
    const size = await signed()
    await log.submitToWitness(id)
    expect(await statusOf(id)).toMatchObject({ state: 'current', size, fault: null, failures: 0 })
    expect(witness.requests.at(-1)).toMatch(/^old [1-9]/)
    expect(await types()).not.toContain('witness.refused')
  })

  test('counts as witnessed when the quorum has cosigned it, and evidence then stands on it', async () => {
    const { log, add, signed, types } = aLog()
    const [first, second] = [await add(), await add()]
    expect(await log.changeWitnesses(...quorum(2))).toBe('done')
    await log.append(events(5))
    const witnessed = await signed()
    await Promise.all([log.submitToWitness(first.id), log.submitToWitness(second.id)])
    expect((await log.witnesses()).witnessedSize).toBe(witnessed)
    second.witness.answerWith = () => new Response('', { status: 503 })
    await log.append(events(5))
    const later = await signed()
    await log.submitToWitness(first.id)
    expect(sizeOf(await log.checkpoint())).toBe(later)
    expect(sizeOf(await log.witnessedCheckpoint())).toBe(witnessed)
    const [early, late] = [await log.evidence(2), await log.evidence(later)]
    const noteOf = (file: string | null) => parseNote(parseProofFile(file ?? '')?.checkpoint ?? '')
    const keys = [first.witness.cosigner.key, second.witness.cosigner.key]
    const cosigned = async (file: string | null) => {
      const note = noteOf(file)
      return note ? (await cosignersOf(note, keys)).cosigned.length : 0
    }
    expect([sizeOf(parseProofFile(early ?? '')?.checkpoint ?? ''), await cosigned(early)]).toEqual([witnessed, 2])
    expect([sizeOf(parseProofFile(late ?? '')?.checkpoint ?? ''), await cosigned(late)]).toEqual([later, 1])
    await types()
  })

  test('is submitted again from the size that the witness says, when that is another one', async () => {
    const { log, add, statusOf, signed, object, types } = aLog()
    const { id, witness } = await add()
    await log.append(events(9))
    await signed()
    await log.submitToWitness(id)
    // As after a crash behind the witness's answer: it has cosigned, and we do not know.
    await runInDurableObject(object, (_: AuditLog, { storage }) => {
      storage.sql.exec('UPDATE witnesses SET size = 0, cosigned_at = NULL, due = 0')
      storage.sql.exec('DELETE FROM cosignatures')
    })
    const before = witness.requests.length
    const size = await signed()
    await log.submitToWitness(id)
    // The alarm may have come first, and asked the same.
    expect(witness.requests.slice(before, before + 2).map((body) => body.split('\n')[0])).toEqual([
      'old 0',
      `old ${size}`,
    ])
    expect(await statusOf(id)).toMatchObject({ state: 'current', size })
    await types()
  })
})

test('a witness that signs with other algorithms, too, is known by the key that we have of it', async () => {
  const { log, add, statusOf, signed } = aLog()
  const { id, witness } = await add()
  await signed()
  await log.submitToWitness(id)
  const others = Array.from({ length: 14 }, () => aPostQuantumLine(witness.cosigner.key.name)).join('')
  await log.append(events(2))
  await signed()
  witness.answerWith = async (body) => {
    witness.answerWith = null
    const own = await (await witness.answer(body)).text()
    return new Response(others + own)
  }
  await log.submitToWitness(id)
  expect(await statusOf(id)).toMatchObject({ state: 'current', fault: null })
  const note = parseNote(await log.checkpoint())
  expect(note?.signatures.map(({ name }) => name)).toContain(witness.cosigner.key.name)
  expect(note?.signatures).toHaveLength(2)
})

describe('whatever goes wrong', () => {
  test('is waited out, longer each time, and is no event', async () => {
    const { log, add, statusOf, types, signed } = aLog()
    const { id, witness } = await add()
    const alien = await cosign('else\n', witness.cosigner, new Date())
    // Made where they are read: an answer belongs to the object that asked.
    const answers: [() => Response, string][] = [
      [fail, 'unreachable'],
      [() => new Response('', { status: 500 }), 'unreachable'],
      [() => new Response('', { status: 429 }), 'rate_limited'],
      [() => new Response('', { status: 404 }), 'unknown_log'],
      [() => new Response('', { status: 403 }), 'unknown_key'],
      [() => new Response('', { status: 302, headers: { location: 'https://elsewhere.dev' } }), 'wrong_answer'],
      [() => new Response('hello\n'), 'wrong_answer'],
      [() => new Response('x'.repeat(200_000)), 'wrong_answer'],
      [() => new Response(alien), 'wrong_signature'],
      [() => new Response('7', { status: 409 }), 'wrong_answer'],
    ]
    await log.append(events(2))
    await signed()
    for (const [index, [answer, fault]] of answers.entries()) {
      witness.answerWith = answer
      await log.submitToWitness(id)
      const status = await statusOf(id)
      expect([fault, status.state, status.fault]).toEqual([fault, 'failing', fault])
      expect(status.failures).toBeGreaterThan(index)
    }
    const { nextAt, triedAt } = await statusOf(id)
    expect(nextAt - (triedAt ?? 0)).toBeGreaterThan(60_000)
    witness.answerWith = null
    await log.submitToWitness(id)
    expect(await statusOf(id)).toMatchObject({ state: 'current', failures: 0 })
    expect((await types()).filter((type) => type.startsWith('witness.re'))).toEqual([])
  })

  test('of a log that was put back to an earlier day is one critical event, however often it is tried', async () => {
    const { log, add, statusOf, signed, object, organizationId } = aLog()
    const { id, witness } = await add()
    await log.append(events(9))
    await signed()
    await log.submitToWitness(id)
    const ahead = witness.latest.size
    await takeApart(organizationId)
    await runInDurableObject(object, (_: AuditLog, { storage }) => {
      storage.sql.exec('DELETE FROM segments WHERE first > 3')
      storage.sql.exec('DELETE FROM event_keys WHERE key NOT IN (SELECT value FROM segments, json_each(segments.keys))')
      storage.sql.exec('DELETE FROM checkpoints')
      storage.sql.exec('DELETE FROM nodes')
      storage.sql.exec('DELETE FROM cosignatures')
    })
    await evictDurableObject(object)
    for (let tries = 0; tries < 3; tries++) {
      await signed()
      await log.submitToWitness(id)
      expect(await statusOf(id)).toMatchObject({ state: 'shrunk', fault: 'shrunk' })
    }
    const refusals = (await checkAuditLog(organizationId)).filter(({ type }) => type === 'witness.refused')
    expect(refusals).toMatchObject([
      { risk: 'critical', target: id, payload: { because: 'shrunk', witnessSize: ahead } },
    ])
  })

  test('of a log whose past was rewritten is one critical event, and another when it is mended', async () => {
    const { log, add, statusOf, signed, types } = aLog()
    const { id, witness } = await add()
    await log.append(events(9))
    await signed()
    await log.submitToWitness(id)
    const good = witness.latest
    witness.latest = { size: good.size, root: good.root.map((byte) => byte ^ 1) }
    await log.append(events(1))
    await signed()
    await log.submitToWitness(id)
    await log.submitToWitness(id)
    expect(await statusOf(id)).toMatchObject({ state: 'forked', fault: 'forked' })
    expect((await statusOf(id)).failures).toBeGreaterThan(1)
    witness.answerWith = () => new Response('', { status: 503 })
    await log.submitToWitness(id)
    expect(await statusOf(id)).toMatchObject({ state: 'forked', fault: 'unreachable' })
    witness.answerWith = null
    witness.latest = good
    await signed()
    await log.submitToWitness(id)
    expect(await statusOf(id)).toMatchObject({ state: 'current' })
    expect((await types()).filter((type) => type.startsWith('witness.re'))).toEqual([
      'witness.refused',
      'witness.recovered',
    ])
  })

  test('of the same size with another root is found as well', async () => {
    const { log, add, statusOf, signed, types } = aLog()
    const { id, witness } = await add()
    await log.append(events(4))
    const size = await signed()
    witness.latest = { size, root: new Uint8Array(32) }
    await log.submitToWitness(id)
    expect((await statusOf(id)).state).toBe('forked')
    expect(await types()).toContain('witness.refused')
  })
})

describe('after an eviction', () => {
  test('a witness that was behind is asked without anybody coming', async () => {
    const { log, add, statusOf, object, signed, types } = aLog()
    const { id, witness } = await add()
    witness.answerWith = fail
    await log.append(events(2))
    await signed()
    await log.submitToWitness(id)
    expect((await statusOf(id)).state).toBe('failing')
    witness.answerWith = null
    await evictDurableObject(object)
    await eventually(async () => (await statusOf(id)).state).toBe('current')
    await types()
  })

  test('cosignatures and states are the same, and nothing is counted twice', async () => {
    const { log, add, object, signed, types } = aLog()
    const { id } = await add()
    await log.append(events(4))
    await signed()
    await log.submitToWitness(id)
    const before = [await log.checkpoint(), await log.witnesses()]
    await evictDurableObject(object)
    expect([await log.checkpoint(), await log.witnesses()]).toEqual(before)
    await log.submitToWitness(id)
    const note = parseNote(await log.checkpoint())
    expect(note?.signatures).toHaveLength(2)
    await types()
  })
})

describe('the list', () => {
  test('takes each key once, and no fewer than have to agree', async () => {
    const { log, add, types } = aLog()
    const first = await add()
    const twice = { ...first.change, id: newId('wit'), name: 'again' }
    expect(await log.changeWitnesses(twice, anEvent())).toBe('known_key')
    expect(await log.changeWitnesses({ ...first.change, kind: 'update' }, anEvent())).toBe('same')
    expect(await log.changeWitnesses(...quorum(2))).toBe('quorum')
    expect(await log.changeWitnesses(...quorum(1))).toBe('done')
    expect(await log.changeWitnesses(...quorum(1))).toBe('same')
    const off = { ...first.change, kind: 'update', enabled: false } as const
    expect(await log.changeWitnesses(off, anEvent())).toBe('quorum')
    expect(await log.changeWitnesses({ kind: 'remove', id: first.id }, anEvent())).toBe('quorum')
    expect(await log.changeWitnesses({ kind: 'remove', id: newId('wit') }, anEvent())).toBe('not_found')
    expect(await types()).toEqual(['witness.added', 'witness.policy-changed'])
  })

  test('forgets what another key has signed, and passes over who is not enabled', async () => {
    const { log, add, signed, statusOf, types } = aLog()
    const { id, change } = await add()
    await log.append(events(2))
    await signed()
    await log.submitToWitness(id)
    expect(parseNote(await log.checkpoint())?.signatures).toHaveLength(2)
    const off = { ...change, kind: 'update', enabled: false } as const
    await log.changeWitnesses(off, anEvent({ type: 'witness.changed' }))
    await signed()
    expect(parseNote((await log.checkpoint()) ?? '')?.signatures).toHaveLength(1)
    expect(await log.witnessedCheckpoint()).toBeNull()
    const other = formatVerifierKey(aWitness('w.dev/x', []).cosigner.key)
    await log.changeWitnesses({ ...off, vkey: other }, anEvent({ type: 'witness.changed' }))
    expect(await statusOf(id)).toMatchObject({ state: 'new', size: 0, cosignedAt: null })
    await types()
  })
})

test('the wait grows to an hour, spread over half and one and a half of it', () => {
  expect([waitAfter(1, 0.5), waitAfter(2, 0.5), waitAfter(3, 0), waitAfter(50, 0.5), waitAfter(50, 1)]).toEqual([
    5_000, 10_000, 10_000, 3_600_000, 5_400_000,
  ])
})
