import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { showAgent } from '../../../worker/features/agents/list.ts'
import { Budget, BudgetPage } from '../../../worker/features/budgets/contract.ts'
import { AgentHealth } from '../../../worker/features/health/contract.ts'
import { healthAtAGlance } from '../../../worker/features/health/index.ts'
import { AgentStateAt } from '../../../worker/features/snapshots/contract.ts'
import { aBudgetedWorld, budgetsPath, dollar, laterBy, ledgerOf } from '../../support/budgets.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { runStarted, unique } from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'

test('a budget is set, changed and removed, each once and told', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ timeZone: 'Asia/Shanghai' })
  expect(budget).toMatchObject({
    scope: { kind: 'organization', ref: null, agents: 2 },
    warnPercent: 80,
    onLimit: 'warn',
    version: 1,
    standing: {
      spentMicroUsd: 0,
      allowedMicroUsd: 10 * dollar,
      warnAtMicroUsd: 8 * dollar,
      state: 'ok',
      breaker: { state: 'closed', orderIds: [] },
      openRuns: 0,
      overshootEstimateMicroUsd: 0,
    },
  })
  expect(budget.standing.start.slice(10)).toBe('T16:00:00.000Z')
  const changed = await world.change(budget.id, 1, { limitMicroUsd: 20 * dollar })
  expect([changed.status, changed.headers.get('etag'), await changed.json()]).toMatchObject([
    200,
    '"2"',
    { version: 2 },
  ])
  expect((await world.change(budget.id, 2, { limitMicroUsd: 20 * dollar })).headers.get('etag')).toBe('"2"')
  const stale = await world.change(budget.id, 1, { name: 'Other' })
  expect([stale.status, await stale.json()]).toMatchObject([412, { context: { budget: { version: 2 } } }])
  expect(
    (await call(`${budgetsPath}/${budget.id}`, { method: 'PATCH', body: {}, headers: world.headers })).status,
  ).toBe(428)
  expect((await world.remove(budget.id, 1)).status).toBe(412)
  expect((await world.remove(budget.id, 2)).status).toBe(204)
  expect((await world.remove(budget.id, 2)).status).toBe(404)
  expect((await world.listed()).items).toEqual([])
  expect(await world.told('budget.created')).toMatchObject([
    { target: budget.id, payload: { timeZone: 'Asia/Shanghai' } },
  ])
  expect(await world.told('budget.updated')).toMatchObject([{ payload: { version: 2, fields: ['limitMicroUsd'] } }])
  expect(await world.told('budget.deleted')).toMatchObject([{ target: budget.id }])
  world.link.close()
})

test('what nobody could mean is refused', async () => {
  const world = await aBudgetedWorld()
  const good = { name: 'Probe', scope: { kind: 'organization' }, period: 'day', limitMicroUsd: 1 }
  const refused = [
    { ...good, limitMicroUsd: 0 },
    { ...good, limitMicroUsd: 0.5 },
    { ...good, timeZone: 'Mars/Olympus' },
    { ...good, timeZone: '+08:00' },
    { ...good, warnPercent: 101 },
    { ...good, period: 'year' },
    { ...good, scope: { kind: 'agent' } },
    { ...good, spent: 0 },
  ]
  for (const body of refused) expect((await post(budgetsPath, body, world.headers)).status).toBe(422)
  const agentId = 'agt_00000000000000000000000000'
  expect((await post(budgetsPath, { ...good, scope: { kind: 'agent', agentId } }, world.headers)).status).toBe(404)
  expect((await call(`${budgetsPath}?agentId=${agentId}`, { headers: world.headers })).status).toBe(404)
  expect((await call(`${budgetsPath}?cursor=nonsense`, { headers: world.headers })).status).toBe(422)
  world.link.close()
})

test('other organizations see nothing, and whoever may only look changes nothing', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set()
  const path = `${budgetsPath}/${budget.id}`
  const stranger = await (await anOrganization()).authorization()
  const seen = { ...stranger, 'if-match': '"1"' }
  const foreign = [
    await call(path, { headers: stranger }),
    await call(`${path}/history`, { headers: stranger }),
    await call(path, { method: 'PATCH', body: { name: 'Mine' }, headers: seen }),
    await call(path, { method: 'DELETE', headers: seen }),
    await post(`${path}/override`, { amountMicroUsd: 1, reason: 'x' }, stranger),
    await post(`${path}/reset`, { reason: 'x' }, stranger),
  ]
  for (const answer of foreign) expect([answer.status, await codeOf(answer)]).toEqual([404, 'not_found'])
  expect(BudgetPage.parse(await (await call(budgetsPath, { headers: stranger })).json()).items).toEqual([])
  const viewer = await (await world.member('viewer')).authorization()
  expect((await call(path, { headers: viewer })).status).toBe(200)
  const refused = [
    await post(budgetsPath, {}, viewer),
    await world.change(budget.id, 1, { name: 'Mine' }, viewer),
    await world.remove(budget.id, 1, viewer),
    await post(`${path}/override`, { amountMicroUsd: 1, reason: 'x' }, viewer),
    await world.reset(budget.id, viewer),
  ]
  for (const answer of refused) expect(answer.status).toBe(403)
  expect((await world.shownBudget(budget.id)).version).toBe(1)
  world.link.close()
})

test('what runs use is counted once, warned of once, and told again it changes nothing', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ scope: { kind: 'agent', agentId: world.agent('scout') } })
  const told = await world.spend('scout', 3 * dollar, 6 * dollar, null)
  await world.spend('main', 50 * dollar)
  world.link.send(told)
  await evictDurableObject(world.ledger)
  await world.spend('scout', 0)
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing).toMatchObject({
    spentMicroUsd: 9 * dollar,
    runs: 4,
    unpricedRuns: 1,
    state: 'warned',
  })
  expect(await world.history(budget.id)).toMatchObject([{ kind: 'warned', spentMicroUsd: 9 * dollar, by: null }])
  expect(await world.told('budget.warned')).toMatchObject([
    { target: budget.id, agentId: world.agent('scout'), payload: { spentMicroUsd: 9 * dollar } },
  ])
  world.link.close()
})

test('what a period may be passed by is stated: runs that go on, at their agents’ median', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set()
  await world.link.report(runStarted('main', unique('run')), runStarted('main', unique('run')))
  const unknown = (await world.shownBudget(budget.id)).standing
  expect([unknown.openRuns, unknown.overshootEstimateMicroUsd]).toEqual([2, null])
  await world.spend('main', dollar, 3 * dollar, 2 * dollar)
  const known = (await world.shownBudget(budget.id)).standing
  expect([known.openRuns, known.overshootEstimateMicroUsd]).toEqual([2, 4 * dollar])
  world.link.close()
})

test('what was spent before a budget was set counts, and another time zone counts anew', async () => {
  const world = await aBudgetedWorld()
  await world.spend('main', 4 * dollar, null)
  const budget = await world.set({ period: 'day', limitMicroUsd: 3 * dollar })
  expect(budget.standing).toMatchObject({ spentMicroUsd: 4 * dollar, runs: 2, unpricedRuns: 1, state: 'exceeded' })
  const changed = await world.change(budget.id, 1, { period: 'month', timeZone: 'Pacific/Kiritimati' })
  expect(await changed.json()).toMatchObject({ standing: { spentMicroUsd: 4 * dollar } })
  expect((await ledgerOf((await anOrganization()).organizationId).standings('org_x', [budget.id])).length).toBe(0)
  world.link.close()
})

test('agents that a budget near its limit covers are degraded and say which, until more is allowed', async () => {
  const world = await aBudgetedWorld()
  const health = async (name: string) => {
    const answer = await call(`/api/v1/agents/${world.agent(name)}/health`, { headers: world.headers })
    return AgentHealth.parse(await answer.json())
  }
  await world.group('scout', 'night')
  const budget = await world.set({ name: 'Night', scope: { kind: 'group', group: 'night' } })
  expect((await health('scout')).state).toBe('healthy')
  await world.spend('scout', 8 * dollar)
  await world.carriedOut()
  expect(await health('scout')).toMatchObject({
    state: 'degraded',
    causes: [{ cause: 'budget', budgets: [{ id: budget.id, name: 'Night', spentMicroUsd: 8 * dollar }] }],
  })
  expect((await health('main')).state).toBe('healthy')
  const degraded = await call('/api/v1/agents?health=degraded', { headers: world.headers })
  expect(await degraded.json()).toMatchObject({ items: [{ id: world.agent('scout'), healthCauses: ['budget'] }] })
  const glance = await healthAtAGlance(world.ctx)
  expect([glance.healthy, glance.degraded, glance.causes]).toEqual([1, 1, [{ cause: 'budget', agents: 1 }]])
  await world.change(budget.id, 1, { limitMicroUsd: 20 * dollar })
  await world.carriedOut()
  expect((await health('scout')).state).toBe('healthy')
  await world.change(budget.id, 2, { limitMicroUsd: 8 * dollar })
  await world.carriedOut()
  expect((await health('scout')).state).toBe('degraded')
  const { end } = (await world.shownBudget(budget.id)).standing
  laterBy(Date.parse(end) - Date.now() + 1)
  await runDurableObjectAlarm(world.ledger)
  await world.carriedOut()
  expect((await showAgent(world.ctx, world.agent('scout'))).healthCauses).toEqual([])
  world.link.close()
})

test('the budgets that were in force at a moment are told, with the limits that they had', async () => {
  const world = await aBudgetedWorld()
  const before = new Date().toISOString()
  const first = await world.set({ name: 'All' })
  await world.set({ name: 'Other', scope: { kind: 'agent', agentId: world.agent('main') } })
  const changed = await world.change(first.id, 1, { limitMicroUsd: 20 * dollar })
  const { changedAt } = Budget.parse(await changed.json())
  await world.remove(first.id, 2)
  const budgetsAt = async (at: string) => {
    const path = `/api/v1/agents/${world.agent('scout')}/state-at?at=${encodeURIComponent(at)}`
    return AgentStateAt.parse(await (await call(path, { headers: world.headers })).json()).budgets
  }
  expect(await budgetsAt(before)).toEqual([])
  expect(await budgetsAt(first.createdAt)).toMatchObject([{ id: first.id, version: 1, limitMicroUsd: 10 * dollar }])
  expect(await budgetsAt(changedAt)).toMatchObject([{ version: 2, limitMicroUsd: 20 * dollar, since: changedAt }])
  expect(await budgetsAt(new Date().toISOString())).toEqual([])
  world.link.close()
})
