import { SELF } from 'cloudflare:test'
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { formatVerifierKey, parseNote, parseVerifierKey } from '../../../tlog/note.ts'
import { formatAddCheckpoint } from '../../../tlog/witness/add-checkpoint.ts'
import { cosignersOf } from '../../../tlog/witness/cosignature.ts'
import { OwnWitness, WitnessedLog } from '../../../worker/features/witness/contract.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf, origin as server } from '../../support/call.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'
import { aLog, checkCosignature, treeOf } from '../../tlog/witness/cosigning.ts'

const logs = '/api/v1/audit/witness/logs'
const read = async <T extends z.ZodType>(schema: T, answer: Response): Promise<z.infer<T>> =>
  schema.parse(await answer.json())
const ownOf = async (person: Person) =>
  read(OwnWitness, await call('/api/v1/audit/witness', { headers: await person.authorization() }))
const send = async (person: Person, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
  call(path, { method, headers: await person.authorization(), ...(body !== undefined && { body }) })

/** An organization that cosigns a log, and how one submits to it: as anybody, without an account. */
const aWitnessOf = async (name: string) => {
  const owner = await anOrganization()
  const log = aLog(name)
  const trusted = await send(owner, 'POST', logs, { vkeys: [formatVerifierKey(log.key)] })
  expect(trusted.status).toBe(201)
  const own = await ownOf(owner)
  const raw = (body: string | Uint8Array) => SELF.fetch(`${own.url}/add-checkpoint`, { method: 'POST', body })
  const submit = (oldSize: number, size: number, tree: Pick<typeof log, 'proof' | 'checkpoint'> = log) =>
    raw(formatAddCheckpoint({ oldSize, proof: tree.proof(oldSize, size), checkpoint: tree.checkpoint(size) }))
  return { owner, log, own, raw, submit, trusted: await read(WitnessedLog, trusted) }
}

/** The same size once more, with a line of somebody else. */
const raw = (url: string, log: ReturnType<typeof aLog>, size: number, line: string) =>
  SELF.fetch(`${url}/add-checkpoint`, {
    method: 'POST',
    body: formatAddCheckpoint({ oldSize: size, proof: [], checkpoint: `${log.checkpoint(size)}${line}` }),
  })

describe('add-checkpoint', () => {
  test('cosigns a log that grows, with a key that anybody can ask for', async () => {
    const { own, log, submit, owner } = await aWitnessOf('grows.example/log')
    expect(own.url.startsWith(`${server}/api/v1/witness/`)).toBe(true)
    expect(await (await SELF.fetch(`${own.url}/vkey`)).text()).toBe(`${own.vkey}\n`)
    for (const [from, to] of [
      [0, 3],
      [3, 3],
      [3, 300],
    ] as const) {
      const answer = await submit(from, to)
      expect(answer.status).toBe(200)
      const time = checkCosignature(log.checkpoint(to), await answer.text(), own.vkey)
      expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(60)
    }
    expect((await ownOf(owner)).logs).toMatchObject([{ origin: log.origin, size: 300, contradictedAt: null }])
    expect(await auditTypes(owner.organizationId)).toEqual(['witness.key-made', 'witness.log-trusted'])
  })

  test('shows monitors the newest checkpoint that it cosigned, with the signatures it gave and went by', async () => {
    const { own, log, submit, owner, trusted } = await aWitnessOf('monitored.example/log')
    const hash = createHash('sha256').update(log.origin).digest('hex')
    const shown = () => SELF.fetch(`${own.url}/${hash}/checkpoint`)
    expect((await shown()).status).toBe(404)
    const given: string[] = []
    for (const [from, to] of [
      [0, 3],
      [3, 300],
    ] as const)
      given.push(await (await submit(from, to)).text())
    expect((await submit(0, 5)).status).toBe(409)
    const answer = await shown()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    expect(await answer.text()).toBe(`${log.checkpoint(300)}${given[1]}`)
    // Lines of anybody else are not handed on.
    const stranger = '— somebody.example AAAAAAAAAAAAAAAAAAAAAA==\n'
    const more = await (await raw(own.url, log, 300, stranger)).text()
    expect(await (await shown()).text()).toBe(`${log.checkpoint(300)}${more}`)
    for (const other of [hash.toUpperCase(), hash.slice(1), createHash('sha256').update('other').digest('hex')])
      expect((await SELF.fetch(`${own.url}/${other}/checkpoint`)).status).toBe(404)
    expect((await send(owner, 'DELETE', `${logs}/${trusted.id}`)).status).toBe(204)
    expect((await shown()).status).toBe(404)
  })

  test('answers as the specification says to whatever does not fit', async () => {
    const { submit, raw, log } = await aWitnessOf('refused.example/log')
    expect((await submit(0, 5)).status).toBe(200)
    const conflict = await submit(3, 7)
    expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([
      409,
      'text/x.tlog.size',
      '5\n',
    ])
    const other = treeOf(log.origin, log.sign, 2)
    expect((await submit(5, 7, other)).status).toBe(422)
    expect((await submit(0, 3)).status).toBe(409)
    expect((await submit(5, 5, other)).status).toBe(422)
    expect((await submit(5, 7, aLog(log.origin))).status).toBe(403)
    expect((await submit(5, 7, aLog('unknown.example/log'))).status).toBe(404)
    expect((await raw(formatAddCheckpoint({ oldSize: 9, proof: [], checkpoint: log.checkpoint(7) }))).status).toBe(400)
    expect((await raw('hello')).status).toBe(400)
    expect((await raw('x'.repeat(200_000))).status).toBe(413)
    expect((await submit(5, 7)).status).toBe(200)
  })

  test('of two trees that come at once lets one through, and the other learns of it', async () => {
    const { submit, owner } = await aWitnessOf('race.example/log')
    await submit(0, 2)
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => submit(2, 3 + n)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(11)
    const size = 3 + statuses.indexOf(200)
    expect((await ownOf(owner)).logs).toMatchObject([{ size }])
    const told = await Promise.all(answers.filter(({ status }) => status === 409).map((answer) => answer.text()))
    expect(new Set(told)).toEqual(new Set([`${size}\n`]))
  })

  test('tells once when a log has signed two trees of one size', async () => {
    const { submit, log, owner } = await aWitnessOf('forks.example/log')
    const other = treeOf(log.origin, log.sign, 2)
    await submit(0, 5)
    await submit(5, 5, other)
    await submit(5, 5, other)
    expect((await ownOf(owner)).logs[0]?.contradictedAt).not.toBeNull()
    const types = await auditTypes(owner.organizationId)
    expect(types.filter((type) => type === 'witness.log-contradicted')).toHaveLength(1)
  })

  test('of an organization that is no witness, or of none, is not found', async () => {
    const stranger = await anOrganization()
    for (const id of [stranger.organizationId, 'org_00000000000000000000000000', 'x']) {
      const path = `${server}/api/v1/witness/${id}`
      expect((await SELF.fetch(`${path}/add-checkpoint`, { method: 'POST', body: 'old 0\n\n' })).status).toBe(404)
      expect((await SELF.fetch(`${path}/vkey`)).status).toBe(404)
    }
  })

  test('is limited by where it comes from', async () => {
    const { own, raw } = await aWitnessOf('busy.example/log')
    const request = { method: 'POST', body: 'hello', headers: { 'cf-connecting-ip': '203.0.113.77' } }
    const sent = Array.from({ length: 260 }, () => SELF.fetch(`${own.url}/add-checkpoint`, request))
    const statuses = (await Promise.all(sent)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
    expect((await raw('hello')).status).toBe(400)
  })
})

describe('the logs that are trusted', () => {
  let owner: Person
  beforeAll(async () => {
    owner = await anOrganization()
  })
  const keyOf = (name: string) => formatVerifierKey(aLog(name).key)

  test('are taken with keys of one log, once', async () => {
    const vkey = keyOf('one.example/log')
    const wrong = [[], ['x'], [vkey, keyOf('two.example/log')], [(await ownOf(owner)).vkey]]
    for (const vkeys of wrong) expect((await send(owner, 'POST', logs, { vkeys })).status).toBe(422)
    expect((await send(owner, 'POST', logs, { vkeys: [vkey] })).status).toBe(201)
    expect(await codeOf(await send(owner, 'POST', logs, { vkeys: [vkey] }))).toBe('conflict')
  })

  test('get other keys under the same origin, and no others', async () => {
    const before = await read(WitnessedLog, await send(owner, 'POST', logs, { vkeys: [keyOf('keys.example/log')] }))
    const vkeys = [keyOf('keys.example/log')]
    const after = await read(WitnessedLog, await send(owner, 'PUT', `${logs}/${before.id}`, { vkeys }))
    expect(after).toEqual({ ...before, vkeys })
    expect((await send(owner, 'PUT', `${logs}/${before.id}`, { vkeys: [keyOf('x.example/log')] })).status).toBe(422)
  })

  test('that come back go on from what was cosigned of them', async () => {
    const { owner, log, trusted, submit } = await aWitnessOf('back.example/log')
    await submit(0, 5)
    expect((await send(owner, 'DELETE', `${logs}/${trusted.id}`)).status).toBe(204)
    expect((await send(owner, 'DELETE', `${logs}/${trusted.id}`)).status).toBe(404)
    expect((await submit(5, 7)).status).toBe(404)
    const again = await send(owner, 'POST', logs, { vkeys: [formatVerifierKey(log.key)] })
    expect(await read(WitnessedLog, again)).toMatchObject({ id: trusted.id, size: 5 })
    expect((await submit(0, 2)).status).toBe(409)
    expect((await submit(5, 7)).status).toBe(200)
    expect(await auditTypes(owner.organizationId)).toEqual([
      'witness.key-made',
      'witness.log-trusted',
      'witness.log-removed',
      'witness.log-trusted',
    ])
  })

  test('are nobody else’s, and changed by nobody who may not', async () => {
    const { owner, trusted, log, own } = await aWitnessOf('mine.example/log')
    const stranger = await anOrganization()
    expect((await send(stranger, 'PUT', `${logs}/${trusted.id}`, { vkeys: [formatVerifierKey(log.key)] })).status).toBe(
      404,
    )
    expect((await send(stranger, 'DELETE', `${logs}/${trusted.id}`)).status).toBe(404)
    expect((await ownOf(stranger)).logs).toEqual([])
    const auditor = await aMember(owner.organizationId, 'auditor')
    expect(await ownOf(auditor)).toMatchObject({ vkey: own.vkey })
    expect((await send(auditor, 'DELETE', `${logs}/${trusted.id}`)).status).toBe(403)
    const viewer = await aMember(owner.organizationId, 'viewer')
    expect((await call('/api/v1/audit/witness', { headers: await viewer.authorization() })).status).toBe(403)
  })

  test('have one key however many ask for it first', async () => {
    const fresh = await anOrganization()
    const keys = await Promise.all(Array.from({ length: 8 }, async () => (await ownOf(fresh)).vkey))
    expect(new Set(keys).size).toBe(1)
    expect(await auditTypes(fresh.organizationId)).toEqual(['witness.key-made'])
  })
})

test('a cosignature of the Worker is one to tlog as well', async () => {
  const { own, log, submit } = await aWitnessOf('tlog.example/log')
  const note = parseNote(log.checkpoint(4) + (await (await submit(0, 4)).text()))
  const key = parseVerifierKey(own.vkey)
  if (!note || !key) throw new Error('not a note')
  expect((await cosignersOf(note, [key])).cosigned).toHaveLength(1)
})
