import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { fromBase64 } from '../../../tlog/base64.ts'
import { parseCheckpoint } from '../../../tlog/checkpoint.ts'
import { leafHash } from '../../../tlog/hash.ts'
import { verifyConsistency, verifyInclusion } from '../../../tlog/merkle.ts'
import { formatVerifierKey, parseNote, parseVerifierKey, verifyNote } from '../../../tlog/note.ts'
import { parseProofFile } from '../../../tlog/proof-file.ts'
import { withSuccessors } from '../../../tlog/succession.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { takeApart } from '../../support/apart.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { spoils, touches } from '../../support/every-log.ts'

const aLog = () => {
  const organizationId = touches(newId('org'))
  const object = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))
  return { organizationId, log: auditLog(env, organizationId), object }
}
const events = (count: number) => Array.from({ length: count }, () => anEvent())
/** From here on no alarm finds anything due, however slow the machine is: only what is asked for is signed. */
const standStill = () => vi.useFakeTimers({ toFake: ['Date'] })
const covered = (log: ReturnType<typeof auditLog>) => {
  vi.useRealTimers()
  return expect.poll(async () => (await log.state()).size)
}
const bytes = (text: string) => {
  const decoded = fromBase64(text)
  if (!decoded) throw new Error(`not base64: ${text}`)
  return decoded
}
const opened = (text: string) => {
  const note = parseNote(text)
  const checkpoint = note && parseCheckpoint(note.text)
  if (!note || !checkpoint) throw new Error('not a checkpoint')
  return { note, ...checkpoint }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a checkpoint', () => {
  test('follows an event on its alarm, and covers it', async () => {
    const { organizationId, log } = aLog()
    standStill()
    await log.append(events(3))
    expect((await log.state()).size).toBe(0)
    await covered(log).toBe(3)
    await checkAuditLog(organizationId)
  })

  test('follows 256 events without waiting for the alarm', async () => {
    const { organizationId, log } = aLog()
    standStill()
    await log.append(events(255))
    expect((await log.state()).size).toBe(0)
    await log.append(events(2))
    await expect.poll(async () => (await log.state()).size).toBe(257)
    await checkAuditLog(organizationId)
  })

  test('is the same one as long as nothing happens', async () => {
    const { log } = aLog()
    await log.append(events(1))
    const first = await log.checkpoint()
    expect(await log.checkpoint()).toBe(first)
  })

  test('of an empty sequence says so', async () => {
    const { log } = aLog()
    expect(opened(await log.checkpoint()).size).toBe(0)
  })

  test('survives eviction: key, size and note are the same, and what is not covered is covered later', async () => {
    const { organizationId, log, object } = aLog()
    standStill()
    await log.append(events(5))
    const before = await log.checkpoint()
    await log.append(events(1))
    await evictDurableObject(object)
    expect(await log.checkpoint()).toBe(before)
    await covered(log).toBe(6)
    expect((await log.state()).keys).toHaveLength(1)
    await checkAuditLog(organizationId)
  })

  test('goes on from a tree of any size that an eviction cut off', async () => {
    const { organizationId, log, object } = aLog()
    for (const count of [1, 254, 2, 300, 1]) {
      await log.append(events(count))
      await log.freshCheckpoint()
      await log.append(events(3))
      await log.freshCheckpoint()
      await evictDurableObject(object)
    }
    expect((await log.state()).size).toBe(573)
    await checkAuditLog(organizationId)
  })

  test('comes although a crash behind the append lost the alarm', async () => {
    const { log, object } = aLog()
    await log.append(events(2))
    await runInDurableObject(object, async (_: AuditLog, state) => {
      state.storage.sql.exec('DELETE FROM alarms')
      await state.storage.deleteAlarm()
    })
    await evictDurableObject(object)
    await log.head()
    await covered(log).toBe(2)
  })

  test('never shrinks: a sequence put back to an earlier day is not signed', async () => {
    const { organizationId, log, object } = aLog()
    await log.append(events(4))
    const before = await log.checkpoint()
    spoils(organizationId)
    await takeApart(organizationId)
    await runInDurableObject(object, async (instance: AuditLog, state) => {
      state.storage.sql.exec('DELETE FROM segments WHERE first > 2')
      await instance.append(events(1))
      expect(await instance.freshCheckpoint()).toBe(before)
    })
    const after = await log.state()
    expect([after.checkpoint, after.keys.length]).toEqual([before, 1])
  })

  test('twenty that are asked for at once are one key and one size', async () => {
    const { organizationId, log } = aLog()
    await log.append(events(10))
    const notes = await Promise.all(Array.from({ length: 20 }, () => log.checkpoint()))
    expect(new Set(notes).size).toBe(1)
    expect((await log.state()).keys).toHaveLength(1)
    await checkAuditLog(organizationId)
  })
})

describe('a new key', () => {
  const rotate = (log: ReturnType<typeof aLog>['log'], key: string) => {
    const [event] = events(1)
    if (!event) throw new Error('no event')
    return log.rotateKey({ ...event, key, type: 'audit.key-rotated' })
  }

  test('signs beside the old one, both verify, and an event tells of it', async () => {
    const { organizationId, log } = aLog()
    await log.append(events(3))
    await log.checkpoint()
    const { note } = opened(await rotate(log, 'first'))
    const { keys, head } = await log.state()
    expect(keys.map(({ retiredAt }) => retiredAt === null)).toEqual([true, false])
    expect(note.signatures).toHaveLength(2)
    for (const { vkey } of keys) {
      const key = parseVerifierKey(vkey)
      expect(key && (await verifyNote(note, key))).toBe(true)
    }
    const payload = { vkey: keys[0]?.vkey, replaces: keys[1]?.vkey }
    expect(await log.event(head)).toMatchObject({ type: 'audit.key-rotated', payload })
    await checkAuditLog(organizationId)
  })

  test('is found by whoever knows only the first one, after any number of rotations and evictions', async () => {
    const { organizationId, log } = aLog()
    await log.append(events(1))
    await log.checkpoint()
    for (const name of ['first', 'second', 'third']) {
      await rotate(log, name)
      await evictDurableObject(env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)))
    }
    const keys = (await log.state()).keys.toReversed()
    const oldest = parseVerifierKey(keys[0]?.vkey ?? '')
    if (!oldest) throw new Error('no key')
    const successions = keys.flatMap(({ succession }) => succession ?? [])
    const found = await withSuccessors([oldest], successions.toReversed())
    expect(found.map(formatVerifierKey).sort()).toEqual(keys.map(({ vkey }) => vkey).sort())
    expect(await withSuccessors([oldest], successions.slice(1))).toHaveLength(1)
    await checkAuditLog(organizationId)
  })
})

describe('a proof', () => {
  test('of inclusion holds for each event, at its own size and at the newest', async () => {
    const { organizationId, log } = aLog()
    await log.append(events(300))
    for (const seq of [1, 2, 255, 256, 257, 300])
      for (const size of [null, seq]) {
        const proof = await log.inclusion(seq, size)
        if (!proof) throw new Error('no proof')
        const [leaf, root] = [Buffer.from(proof.leafHash, 'hex'), bytes(proof.root)]
        expect(proof.size).toBe(size ?? 300)
        expect(verifyInclusion(proof.proof.map(bytes), { index: proof.index, size: proof.size, leaf, root })).toBe(true)
      }
    await checkAuditLog(organizationId)
  })

  test('of consistency leads from every older checkpoint to the newest', async () => {
    const { organizationId, log } = aLog()
    for (const count of [1, 2, 254, 300]) {
      await log.append(events(count))
      await log.checkpoint()
      await log.inclusion((await log.head()) || 1, null)
    }
    for (const from of [1, 3, 257]) {
      const proof = await log.consistency(from, null)
      if (!proof) throw new Error('no proof')
      const older = { size: from, root: bytes(proof.fromRoot) }
      const newer = { size: 557, root: bytes(proof.toRoot) }
      expect(verifyConsistency(proof.proof.map(bytes), older, newer)).toBe(true)
    }
    await checkAuditLog(organizationId)
  })

  test('of each kind is what a fresh object makes, whatever was proven before it and in which tree', async () => {
    const { organizationId, log, object } = aLog()
    for (const count of [3, 258, 1, 40]) {
      standStill()
      await log.append(events(count))
      const head = (await log.inclusion(await log.head(), null))?.size ?? 0
      const proven = async () => [
        await log.consistency(1, head),
        await log.evidence(head),
        await log.consistency(Math.max(1, head - 3), head - 1),
        await log.inclusion(1, head - 1),
        await log.evidence(1),
        await log.consistency(head - 1, head),
        await log.inclusion(head, head),
      ]
      const remembered = await proven()
      const again = (await proven()).toReversed()
      await evictDurableObject(object)
      const anew = await proven()
      expect(remembered).toEqual(anew)
      expect(again.toReversed()).toEqual(anew)
      vi.useRealTimers()
    }
    await checkAuditLog(organizationId)
  })

  test('is refused for what the tree does not have', async () => {
    const { log } = aLog()
    standStill()
    await log.append(events(3))
    await log.checkpoint()
    for (const [seq, size] of [
      [0, null],
      [4, null],
      [-1, null],
      [3, 2],
      [1, 4],
    ] as const)
      expect(await log.inclusion(seq, size)).toBeNull()
    for (const [from, to] of [
      [0, null],
      [4, null],
      [2, 1],
      [1, 9],
    ] as const)
      expect(await log.consistency(from, to)).toBeNull()
    expect(await log.evidence(9)).toBeNull()
  })

  test('as a file holds the event, and opens its commitment', async () => {
    const { log } = aLog()
    await log.append([anEvent({ payload: { name: 'evidence' } }), ...events(4)])
    const file = parseProofFile((await log.evidence(1)) ?? '')
    if (!file?.extra) throw new Error('no file')
    const { leaf, payload } = JSON.parse(new TextDecoder().decode(file.extra))
    const { size, root, note } = opened(file.checkpoint)
    const key = parseVerifierKey((await log.state()).keys[0]?.vkey ?? '')
    expect(JSON.parse(payload)).toEqual({ name: 'evidence' })
    expect(
      verifyInclusion(file.proof, { index: file.index, size, root, leaf: leafHash(new TextEncoder().encode(leaf)) }),
    ).toBe(true)
    expect(key && (await verifyNote(note, key))).toBe(true)
  })
})

describe('a tile', () => {
  test('has the hashes of its events, and the bundle beside it their leaves', async () => {
    const { log, organizationId } = aLog()
    await log.append(events(258))
    await log.inclusion(258, null)
    const [full, partial, above] = [await log.tile(0, 0, 256), await log.tile(0, 1, 2), await log.tile(1, 0, 1)]
    expect([full?.length, partial?.length, above?.length]).toEqual([8_192, 64, 32])
    const bundle = await log.tile('entries', 1, 2)
    if (!bundle || !partial) throw new Error('no bundle')
    let at = 0
    for (let n = 0; n < 2; n += 1) {
      const length = new DataView(bundle.buffer, bundle.byteOffset).getUint16(at)
      const leaf = bundle.slice(at + 2, at + 2 + length)
      expect(leafHash(leaf)).toEqual(partial.slice(n * 32, n * 32 + 32))
      at += 2 + length
    }
    expect(at).toBe(bundle.length)
    await checkAuditLog(organizationId)
  })

  test('outside of the signed tree does not exist', async () => {
    const { log } = aLog()
    standStill()
    await log.append(events(3))
    expect(await log.tile(0, 0, 3)).toBeNull()
    await log.checkpoint()
    await log.append(events(1))
    expect(await log.tile(0, 0, 3)).not.toBeNull()
    for (const [level, n, width] of [
      [0, 0, 4],
      [0, 0, 256],
      [0, 1, 1],
      [1, 0, 1],
      [63, 0, 1],
      ['entries', 1, 1],
    ] as const)
      expect(await log.tile(level, n, width)).toBeNull()
  })
})
