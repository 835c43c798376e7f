import { env, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import type { SearchFilter } from '../../../worker/features/audit/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anEvent } from '../../support/audit-events.ts'
import { touches } from '../../support/every-log.ts'

const aLog = async (events: Partial<AuditInput>[]) => {
  const organizationId = touches(newId('org'))
  const log = auditLog(env, organizationId)
  await log.append(events.map((event) => anEvent(event)))
  const find = async (filter: SearchFilter, order: 'newest' | 'oldest' = 'oldest') =>
    (await log.page({ filter, order, limit: 200, beyond: null })).entries.map(({ seq }) => seq)
  return { log, find, object: env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)) }
}
const saying = (...texts: string[]) => texts.map((name) => ({ payload: { name } }))

describe('words', () => {
  test.each<[keyword: string, text: string, isFound: boolean]>([
    ['审批', '删除生产数据库需要审批', true],
    ['生产数据', '删除生产数据库需要审批', true],
    ['需要审', '删除生产数据库需要审批', true],
    ['批', '删除生产数据库需要审批', true],
    ['删', '删除生产数据库需要审批', true],
    ['产生', '删除生产数据库需要审批', false],
    ['生产 审批', '删除生产数据库需要审批', true],
    ['生产 驳回', '删除生产数据库需要审批', false],
    ['"生产审批"', '删除生产数据库需要审批', false],
    ['部署到prod', '请部署到prod环境', true],
    ['署到prod环', '请部署到prod环境', true],
    ['prod', '请部署到prod环境', true],
    ['到pro', '请部署到prod环境', true],
    ['rod', '请部署到prod环境', false],
    ['kube', 'apply with Kubernetes now', true],
    ['KUBERNETES', 'apply with kubernetes now', true],
    ['resume', 'Résumé of the run', true],
    ['now apply', 'apply with kubernetes now', true],
    ['"now apply"', 'apply with kubernetes now', false],
    ['"apply with kub', 'apply with kubernetes now', true],
    ['/srv/app-12/run.sh', 'bash /srv/app-12/run.sh --fast', true],
    ['/srv/app-1', 'bash /srv/app-12/run.sh --fast', true],
    ['/srv/app-2', 'bash /srv/app-12/run.sh --fast', false],
    ['run.sh --fast', 'bash /srv/app-12/run.sh --fast', true],
    ['agent:main:lab', 'in agent:main:lab of it', true],
    ['"; DROP TABLE events', 'drop table events', true],
    ['NEAR(a b) OR x*', 'something else', false],
    ['データ', 'データベースを消す', true],
  ])('%s in %s: %s', async (keyword, text, isFound) => {
    const { find } = await aLog(saying('nothing of it', text))
    expect(await find({ keyword })).toEqual(isFound ? [2] : [])
  })

  test('ids, types and everything a payload says at any depth can be found', async () => {
    const agentId = newId('agt')
    const { find, log } = await aLog([
      { agentId },
      { type: 'connector.paused', payload: {} },
      { payload: { a: [{ b: 'deep 深处' }] } },
      { payload: { port: 47_110, share: 0.25, debt: -312, isOn: true } },
    ])
    expect(await find({ keyword: agentId })).toEqual([1])
    expect(await find({ keyword: agentId.slice(0, 12) })).toEqual([1])
    const { entries } = await log.page({ filter: {}, order: 'oldest', limit: 3, beyond: null })
    const id = entries[2]?.id ?? ''
    for (const keyword of [id, `"${id}"`]) expect(await find({ keyword })).toEqual([3])
    expect(await find({ keyword: id.slice(0, 20) })).toContain(3)
    expect(await find({ keyword: 'connector.paused' })).toEqual([2])
    expect(await find({ keyword: '深处' })).toEqual([3])
    for (const keyword of ['47110', '471', '0.25', '-312', '47110 312']) expect(await find({ keyword })).toEqual([4])
    expect(await find({ keyword: 'port' })).toEqual([])
  })
})

test('every combination of filters finds what a look at every event finds, in both orders and over pages', async () => {
  const agents = [newId('agt'), newId('agt'), null]
  const types = ['run.started', 'run.ended', 'approval.decided'] as const
  const words = ['deploy', '部署', 'refund']
  const member = newId('usr')
  const day = 86_400_000
  const events = Array.from({ length: 160 }, (_, n) =>
    anEvent({
      agentId: agents[n % 3] ?? null,
      type: types[(n >> 1) % 3] ?? 'run.ended',
      risk: risks[(n >> 2) % 4] ?? 'low',
      at: Date.UTC(2026, 10, 1) + (n % 5) * day + n,
      traceId: `trace${n % 7}`,
      actor: { kind: 'member', id: n % 4 === 1 ? member : `usr_${n % 4}` },
      payload: { name: words[(n >> 3) % 3] },
    }),
  )
  const { log } = await aLog(events)
  const at = (days: number) => new Date(Date.UTC(2026, 10, 1) + days * day).toISOString()
  const options: { [K in keyof SearchFilter]-?: SearchFilter[K][] } = {
    agentId: [undefined, agents[0] ?? undefined],
    type: [undefined, 'run.', 'run.ended,approval.decided'],
    risk: [undefined, 'high,critical'],
    keyword: [undefined, 'dep', '部署'],
    traceId: [undefined, 'trace3'],
    actorId: [undefined, member],
    from: [undefined, at(1), at(1.000_001)],
    to: [undefined, at(4), at(3.5)],
    connectorId: [undefined],
    target: [undefined],
  }
  const fits = (filter: SearchFilter, event: AuditInput) =>
    (!filter.agentId || event.agentId === filter.agentId) &&
    (!filter.type ||
      filter.type
        .split(',')
        .some((type) => event.type === type || (type.endsWith('.') && event.type.startsWith(type)))) &&
    (!filter.risk || filter.risk.split(',').includes(event.risk)) &&
    (!filter.keyword || String(event.payload.name).startsWith(filter.keyword)) &&
    (!filter.traceId || event.traceId === filter.traceId) &&
    (!filter.actorId || event.actor.id === filter.actorId) &&
    (!filter.from || event.at >= Date.parse(filter.from)) &&
    (!filter.to || event.at < Date.parse(filter.to))
  let filters: SearchFilter[] = [{}]
  for (const [name, values] of Object.entries(options))
    filters = filters.flatMap((filter) =>
      values.map((value) => (value === undefined ? filter : { ...filter, [name]: value })),
    )
  expect(filters.length).toBe(1_296)
  for (const [index, filter] of filters.entries()) {
    const order = index % 2 === 0 ? 'newest' : 'oldest'
    const expected = events.flatMap((event, n) => (fits(filter, event) ? [n + 1] : []))
    if (order === 'newest') expected.reverse()
    const found: number[] = []
    for (let beyond: number | null = null; ; ) {
      const { entries, more } = await log.page({ filter, order, limit: 61, beyond })
      found.push(...entries.map(({ seq }) => seq))
      if (!more) break
      beyond = entries.at(-1)?.seq ?? null
    }
    expect([filter, found]).toEqual([filter, expected])
    expect(await log.count(filter)).toEqual({ count: expected.length, isExact: true })
  }
}, 60_000)

test('what has just been appended is found, and again after the index was lost half way', async () => {
  const { log, find, object } = await aLog(saying('first'))
  expect(await find({ keyword: 'first' })).toEqual([1])
  await log.append([anEvent({ payload: { name: 'second' } })])
  expect(await find({ keyword: 'second' })).toEqual([2])
  await runInDurableObject(object, (_: AuditLog, state) => {
    state.storage.sql.exec('DELETE FROM event_terms WHERE rowid = 2')
    state.storage.sql.exec('UPDATE indexed SET through = 1')
  })
  expect(await find({ keyword: 'second' })).toEqual([2])
})

test('many events are counted by estimate, and it says so', async () => {
  const { log } = await aLog([])
  for (let n = 0; n < 24; n += 1)
    await log.append(Array.from({ length: 500 }, (_, index) => anEvent({ risk: index % 6 === 0 ? 'high' : 'low' })))
  expect(await log.count({ risk: 'high' })).toEqual({ count: 2_016, isExact: true })
  expect(await log.count({})).toEqual({ count: 12_000, isExact: false })
  expect(await log.count({ keyword: 'nowhere' })).toEqual({ count: 0, isExact: true })
}, 60_000)

test('one event is read by its number', async () => {
  const { log } = await aLog(saying('one', 'two'))
  expect(await log.event(2)).toMatchObject({ payload: { name: 'two' } })
  expect(await log.event(3)).toBeNull()
})
