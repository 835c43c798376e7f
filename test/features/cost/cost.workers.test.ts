import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { handOverAllBudgets } from '../../../worker/features/budgets/index.ts'
import { CostByAgent, CostByConnector, CostByModel, CostSummary } from '../../../worker/features/cost/contract.ts'
import { aBudgetedWorld, aUsage, dollar } from '../../support/budgets.ts'
import { call } from '../../support/call.ts'
import { runEnded, unique } from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'

const today = () => new Date().toISOString().slice(0, 10)

const aWorld = async () => {
  const world = await aBudgetedWorld()
  const read = async (path: string, headers = world.headers) => (await call(`/api/v1/cost/${path}`, { headers })).json()
  const summary = async (query = '') => CostSummary.parse(await read(`summary${query}`))
  const byAgent = async (query = '') => CostByAgent.parse(await read(`by-agent${query}`))
  return { ...world, read, summary, byAgent }
}

test('before any run there is nothing, day by day', async () => {
  const world = await aWorld()
  const { total, byDay, from, to } = await world.summary()
  expect(total).toEqual({ runs: 0, unpricedRuns: 0, inputTokens: 0, outputTokens: 0, costMicroUsd: 0 })
  expect([byDay.length, byDay[0]?.day, byDay.at(-1)?.day]).toEqual([30, from, to])
  expect((await world.byAgent()).items).toEqual([])
  world.link.close()
})

test('runs are summed by day, agent, model and connector, each once, and what has no price is no nought', async () => {
  const world = await aWorld()
  const told = await world.spend('main', 2 * dollar, null)
  world.link.send(told)
  await world.spend('scout', null)
  await evictDurableObject(world.ledger)
  const { total, byDay } = await world.summary()
  expect(total).toEqual({ runs: 3, unpricedRuns: 2, inputTokens: 300, outputTokens: 30, costMicroUsd: 2 * dollar })
  expect(byDay.at(-1)).toEqual({ day: today(), ...total })
  expect((await world.byAgent()).items).toMatchObject([
    { agentId: world.agent('main'), name: 'main', runs: 2, unpricedRuns: 1, costMicroUsd: 2 * dollar },
    { agentId: world.agent('scout'), name: 'scout', runs: 1, unpricedRuns: 1, costMicroUsd: null },
  ])
  expect(CostByModel.parse(await world.read('by-model')).items).toMatchObject([{ model: 'probe/model', runs: 3 }])
  expect(CostByConnector.parse(await world.read('by-connector')).items).toMatchObject([
    { connectorId: world.connector.id, name: 'Probe', runs: 3 },
  ])
  world.link.close()
})

test('a price and a model that come later are taken over, and nothing is counted twice by that', async () => {
  const world = await aWorld()
  const usage = aUsage({ connectorId: world.connector.id, costMicroUsd: null, inputTokens: 0, outputTokens: 0 })
  const full = { ...usage, model: 'a/b', costMicroUsd: 5, inputTokens: 7, outputTokens: 3 }
  const record = (...all: (typeof usage)[]) => world.ledger.record(world.organizationId, all)
  await record(usage)
  expect((await world.summary()).total).toMatchObject({ runs: 1, unpricedRuns: 1, costMicroUsd: null })
  await record(full, usage, full)
  await record({ ...full, costMicroUsd: 9 })
  expect((await world.summary()).total).toEqual({
    runs: 1,
    unpricedRuns: 0,
    inputTokens: 7,
    outputTokens: 3,
    costMicroUsd: 5,
  })
  expect(CostByModel.parse(await world.read('by-model')).items).toMatchObject([{ model: 'a/b', runs: 1 }])
  world.link.close()
})

test('lists come in pages, the costliest first, and ties lose nobody', async () => {
  const world = await aWorld()
  const costs = [3, 1, 2, 2, 2]
  await world.ledger.record(
    world.organizationId,
    costs.map((cost, index) =>
      aUsage({ agent: `agent-${index}`, connectorId: world.connector.id, costMicroUsd: cost }),
    ),
  )
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: CostByAgent = await world.byAgent(`?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items.map(({ externalId }) => externalId))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(['agent-0', 'agent-2', 'agent-3', 'agent-4', 'agent-1'])
  world.link.close()
})

test('days are chosen, and what is no range of days is refused', async () => {
  const world = await aWorld()
  const at = Date.now() - 10 * 86_400_000
  await world.ledger.record(world.organizationId, [aUsage({ at })])
  const day = new Date(at).toISOString().slice(0, 10)
  expect((await world.summary(`?from=${day}&to=${day}`)).byDay).toMatchObject([{ day, runs: 1 }])
  expect((await world.summary(`?from=${today()}`)).total.runs).toBe(0)
  for (const query of [
    '?from=yesterday',
    '?from=2026-02-30',
    '?from=2026-02-02&to=2026-02-01',
    '?from=2020-01-01&to=2026-01-01',
    '?day=x',
  ])
    expect((await call(`/api/v1/cost/summary${query}`, { headers: world.headers })).status).toBe(422)
  expect((await call('/api/v1/cost/by-agent?from=2020-01-01', { headers: world.headers })).status).toBe(422)
  world.link.close()
})

test('other organizations see none of it, nobody does without a sign-in', async () => {
  const world = await aWorld()
  await world.spend('main', dollar)
  const stranger = await (await anOrganization()).authorization()
  expect(CostSummary.parse(await world.read('summary', stranger)).total.runs).toBe(0)
  expect(CostByAgent.parse(await world.read('by-agent', stranger)).items).toEqual([])
  expect((await call('/api/v1/cost/summary')).status).toBe(401)
  const viewer = await (await world.member('viewer')).authorization()
  expect((await call('/api/v1/cost/summary', { headers: viewer })).status).toBe(200)
  world.link.close()
})

test('what ran ahead of the clock counts now, and what is older than a run is remembered counts nowhere', async () => {
  const world = await aWorld()
  await world.ledger.record(world.organizationId, [
    aUsage({ at: Date.now() + 40 * 86_400_000 }),
    aUsage({ at: Date.now() - 500 * 86_400_000 }),
  ])
  expect((await world.summary()).byDay.at(-1)?.runs).toBe(1)
  expect((await world.summary()).total.runs).toBe(1)
  await handOverAllBudgets(world.ctx)
  const late = runEnded('main', unique('run'), 4)
  await world.link.report({ ...late, at: new Date(Date.now() - 86_400_000).toISOString() })
  expect((await world.summary()).byDay.at(-2)?.costMicroUsd).toBe(4)
  world.link.close()
})
