import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import type { CostLedger } from '../../../durable-objects/cost-ledger/cost-ledger.ts'
import { showAgent } from '../../../worker/features/agents/list.ts'
import { renameGroup } from '../../../worker/features/agents/resource-groups/groups.ts'
import { Budget, BudgetPage } from '../../../worker/features/budgets/contract.ts'
import { AgentHealth } from '../../../worker/features/health/contract.ts'
import { healthAtAGlance } from '../../../worker/features/health/index.ts'
import { KillOrder } from '../../../worker/features/kill-switch/contract.ts'
import { AgentStateAt } from '../../../worker/features/snapshots/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { aBudgetedWorld, aUsage, type BudgetedWorld, budgetsPath, dollar, ledgerOf } from '../../support/budgets.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { runEnded, runStarted, unique } from '../../support/gateway-events.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const orders = async ({ headers }: BudgetedWorld) =>
  Page(KillOrder).parse(await (await call('/api/v1/kill-switch/orders', { headers })).json()).items

const laterBy = (ms: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + ms)
}
afterEach(() => {
  vi.useRealTimers()
})

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

test('runs that cross the limit at the same time stop the agents once, and the next period lets them go', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({
    scope: { kind: 'agent', agentId: world.agent('scout') },
    onLimit: 'stop',
    period: 'day',
  })
  const crossing = [1, 2].map((n) =>
    aUsage({ agentId: world.agent('scout'), runId: `run-${n}`, costMicroUsd: 10 * dollar }),
  )
  await Promise.all(crossing.map((usage) => world.ledger.record(world.organizationId, [usage])))
  await world.carriedOut()
  const { standing } = await world.shownBudget(budget.id)
  expect(standing).toMatchObject({ spentMicroUsd: 20 * dollar, state: 'exceeded', breaker: { state: 'open' } })
  expect(standing.breaker.orderIds).toHaveLength(1)
  expect(await orders(world)).toMatchObject([
    { budgetId: budget.id, scope: { name: 'scout' }, orderedBy: { name: 'Probe' } },
  ])
  expect((await world.controlOf('scout')).control).toBe('stopped')
  expect((await world.controlOf('main')).control).toBe('enabled')
  expect(await world.told('budget.exceeded')).toMatchObject([{ payload: { action: 'stop', because: 'limit' } }])
  expect(await world.told('kill.ordered')).toMatchObject([
    { payload: { budgetId: budget.id }, actor: { kind: 'system' } },
  ])
  laterBy(Date.parse(standing.end) - Date.now() + 1)
  Object.assign(world.headers, await world.authorization())
  await runDurableObjectAlarm(world.ledger)
  await world.carriedOut()
  const next = await world.shownBudget(budget.id)
  expect(next.standing).toMatchObject({
    start: standing.end,
    spentMicroUsd: 0,
    state: 'ok',
    breaker: { state: 'closed' },
  })
  expect(await orders(world)).toMatchObject([{ state: 'recovering' }])
  expect((await world.history(budget.id)).map(({ kind, because }) => [kind, because])).toEqual([
    ['reset', 'period'],
    ['exceeded', 'limit'],
  ])
  // A run of yesterday that is told now counts there.
  await world.ledger.record(world.organizationId, [
    aUsage({ agentId: world.agent('scout'), at: Date.parse(standing.end) - 1, costMicroUsd: dollar }),
  ])
  expect((await world.shownBudget(budget.id)).standing.spentMicroUsd).toBe(0)
  expect((await world.told('budget.reset')).length).toBe(1)
  world.link.close()
})

test('cut off between the crossing and the order, or between the order and its note, the stop comes and is one', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop' })
  // The crossing stands in the ledger when this resolves; nobody has carried anything out.
  await runInDurableObject(world.ledger, async (ledger: CostLedger, { storage }) => {
    await ledger.record(world.organizationId, [aUsage({ costMicroUsd: 11 * dollar })])
    await storage.deleteAlarm()
    expect(storage.sql.exec('SELECT state FROM stops').toArray()).toEqual([{ state: 'wanted' }])
  })
  await evictDurableObject(world.ledger)
  expect(await orders(world)).toEqual([])
  await runInDurableObject(world.ledger, async (ledger: CostLedger) => ledger.alarm())
  await world.carriedOut()
  expect(await orders(world)).toHaveLength(1)
  // As it stands when the order went out and nobody wrote that down.
  await runInDurableObject(world.ledger, async (ledger: CostLedger, { storage }) => {
    storage.sql.exec(`UPDATE stops SET state = 'begun', order_id = NULL`)
    storage.sql.exec(`INSERT OR REPLACE INTO alarms (name, due) VALUES ('duties', 0)`)
    await ledger.alarm()
  })
  await world.carriedOut()
  expect(await orders(world)).toHaveLength(1)
  expect((await world.shownBudget(budget.id)).standing.breaker.orderIds).toHaveLength(1)
  expect((await world.told('kill.ordered')).length).toBe(1)
  expect((await world.told('budget.exceeded')).length).toBe(1)
  world.link.close()
})

test('a limit that is raised while agents are stopped lets them go; lowered again it stops them anew', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop' })
  await world.spend('scout', 12 * dollar)
  await world.carriedOut()
  expect((await world.controlOf('main')).control).toBe('stopped')
  await world.change(budget.id, 1, { limitMicroUsd: 11 * dollar })
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing.breaker.state).toBe('open')
  await world.change(budget.id, 2, { limitMicroUsd: 30 * dollar })
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing).toMatchObject({ state: 'ok', breaker: { state: 'closed' } })
  expect(await orders(world)).toMatchObject([{ state: 'recovering' }])
  await world.change(budget.id, 3, { limitMicroUsd: 5 * dollar })
  await world.carriedOut()
  expect(await orders(world)).toHaveLength(2)
  expect((await world.history(budget.id)).map(({ kind, because }) => [kind, because])).toEqual([
    ['exceeded', 'limit'],
    ['reset', 'raised'],
    ['exceeded', 'limit'],
  ])
  expect(await world.told('budget.reset')).toMatchObject([{ payload: { because: 'raised' } }])
  world.link.close()
})

test('a budget that is removed while agents are stopped lets them go', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop', scope: { kind: 'agent', agentId: world.agent('main') } })
  await world.spend('main', 12 * dollar)
  await world.carriedOut()
  expect((await world.controlOf('main')).control).toBe('stopped')
  expect((await world.remove(budget.id, 1)).status).toBe(204)
  await world.carriedOut()
  expect(await orders(world)).toMatchObject([{ state: 'recovering' }])
  expect(await world.told('budget.reset')).toMatchObject([{ payload: { because: 'removed' } }])
  await world.spend('main', 12 * dollar)
  await world.carriedOut()
  expect(await orders(world)).toHaveLength(1)
  world.link.close()
})

test('let go before the order went out, nothing is ordered; a raise that is waited for goes with its budget', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop' })
  const waiting = await world.override(budget.id, dollar)
  await runInDurableObject(world.ledger, async (ledger: CostLedger, { storage }) => {
    await ledger.record(world.organizationId, [aUsage({ costMicroUsd: 11 * dollar })])
    await storage.deleteAlarm()
    await ledger.follow(world.organizationId, [{ id: budget.id, version: 2, settings: null }])
    await ledger.alarm()
  })
  await world.carriedOut()
  expect(await orders(world)).toEqual([])
  expect(await world.ledger.settleRaise(waiting.approvalId)).toBe('refused')
  expect((await world.told('approval.withdrawn')).length).toBe(1)
  world.link.close()
})

test('a stop that somebody took back is shown so, and not repeated in this period', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop', scope: { kind: 'agent', agentId: world.agent('main') } })
  await world.spend('main', 12 * dollar)
  await world.carriedOut()
  const [order] = await orders(world)
  expect((await world.recover(order?.id ?? '', 'main')).status).toBe(202)
  await world.spend('main', dollar)
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing).toMatchObject({
    state: 'exceeded',
    breaker: { state: 'released' },
  })
  expect(await orders(world)).toHaveLength(1)
  world.link.close()
})

test('under ask agents go on while people decide, by no more than was asked for; then they are stopped', async () => {
  const world = await aBudgetedWorld()
  const approver = await (await aMember(world.organizationId, 'admin')).authorization()
  const budget = await world.set({ onLimit: 'ask', raiseMicroUsd: 5 * dollar })
  await world.spend('main', 11 * dollar)
  await world.carriedOut()
  const asking = (await world.shownBudget(budget.id)).standing.breaker
  expect([asking.state, asking.approvalIds.length, (await orders(world)).length]).toEqual(['asking', 1, 0])
  const approval = await (await call(`/api/v1/approvals/${asking.approvalIds[0]}`, { headers: approver })).json()
  expect(approval).toMatchObject({
    action: 'budget.override',
    risk: 'critical',
    requestedBy: { kind: 'system', name: 'Probe' },
    arguments: { budgetId: budget.id, amountMicroUsd: 5 * dollar },
  })
  expect((await post(`/api/v1/approvals/${asking.approvalIds[0]}/approve`, {}, approver)).status).toBe(200)
  await vi.waitFor(
    async () =>
      expect((await world.shownBudget(budget.id)).standing).toMatchObject({
        allowedMicroUsd: 15 * dollar,
        breaker: { state: 'closed', approvalIds: [] },
      }),
    20_000,
  )
  // The next crossing asks anew. Nobody decides, and what was asked for is used up.
  await world.spend('main', 4 * dollar)
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing.breaker.state).toBe('asking')
  await world.spend('main', 5 * dollar)
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing.breaker).toMatchObject({ state: 'open', approvalIds: [] })
  expect((await world.controlOf('main')).control).toBe('stopped')
  expect((await world.told('approval.withdrawn')).length).toBe(1)
  expect((await world.told('budget.exceeded')).map(({ payload }) => payload)).toMatchObject([
    { action: 'ask', because: 'limit' },
    { action: 'ask', because: 'limit' },
    { action: 'stop', because: 'beyond_raise' },
  ])
  expect((await world.told('budget.overridden')).map(({ payload }) => payload)).toMatchObject([{ because: 'ask' }])
  world.link.close()
})

test('refused under ask, the agents are stopped', async () => {
  const world = await aBudgetedWorld()
  const approver = await (await aMember(world.organizationId, 'admin')).authorization()
  const budget = await world.set({ onLimit: 'ask' })
  await world.spend('main', 10 * dollar)
  await world.carriedOut()
  const [approvalId] = (await world.shownBudget(budget.id)).standing.breaker.approvalIds
  await post(`/api/v1/approvals/${approvalId}/reject`, { reason: 'enough' }, approver)
  await vi.waitFor(async () => expect((await world.shownBudget(budget.id)).standing.breaker.state).toBe('open'), 20_000)
  await world.carriedOut()
  expect((await world.controlOf('main')).control).toBe('stopped')
  expect((await world.history(budget.id)).map(({ kind, because }) => [kind, because])).toEqual([
    ['exceeded', 'refused'],
    ['refused', 'ask'],
    ['exceeded', 'limit'],
  ])
  world.link.close()
})

test('an override waits for an approval, takes effect by itself, and lets the agents go', async () => {
  const world = await aBudgetedWorld()
  const approver = await (await aMember(world.organizationId, 'admin')).authorization()
  const budget = await world.set({ onLimit: 'stop' })
  await world.spend('main', 11 * dollar)
  await world.carriedOut()
  const operator = await (await world.member('operator')).authorization()
  const waiting = await world.override(budget.id, 5 * dollar, operator)
  expect(waiting).toMatchObject({ state: 'waiting', budget: { standing: { breaker: { state: 'open' } } } })
  expect(waiting.budget.standing.breaker.approvalIds).toEqual([waiting.approvalId])
  await evictDurableObject(world.ledger)
  await post(`/api/v1/approvals/${waiting.approvalId}/approve`, {}, approver)
  await vi.waitFor(
    async () =>
      expect((await world.shownBudget(budget.id)).standing).toMatchObject({
        allowedMicroUsd: 15 * dollar,
        addedMicroUsd: 5 * dollar,
        breaker: { state: 'closed' },
      }),
    20_000,
  )
  await world.carriedOut()
  expect(await orders(world)).toMatchObject([{ state: 'recovering' }])
  expect(await world.ledger.settleRaise(waiting.approvalId)).toBe('applied')
  expect(await world.told('budget.overridden')).toMatchObject([
    {
      target: budget.id,
      payload: { amountMicroUsd: 5 * dollar, approvalId: waiting.approvalId, reason: 'a busy day' },
    },
  ])
  const refused = await world.override(budget.id, 5 * dollar, operator)
  await post(`/api/v1/approvals/${refused.approvalId}/reject`, { reason: 'no' }, approver)
  await vi.waitFor(async () => expect(await world.ledger.settleRaise(refused.approvalId)).toBe('refused'), 20_000)
  expect((await world.shownBudget(budget.id)).standing.addedMicroUsd).toBe(5 * dollar)
  world.link.close()
})

test('who may decide it alone overrides at once, and it stands as an approval all the same', async () => {
  const world = await aBudgetedWorld()
  const outcome = {
    kind: 'ask',
    ask: { groups: [{ roles: ['owner'], members: [], quorum: 1 }], separationOfDuty: false },
  }
  const rules = [{ name: 'Owners alone', condition: 'action == "budget.override"', outcome }]
  const saved = await call('/api/v1/approvals/rules', {
    method: 'PUT',
    body: { rules, note: '' },
    headers: { ...world.headers, 'if-match': '"0"' },
  })
  expect([saved.status, await saved.text()]).toMatchObject([200, expect.anything()])
  const budget = await world.set()
  const applied = await world.override(budget.id, 2 * dollar)
  expect(applied).toMatchObject({ state: 'applied', budget: { standing: { allowedMicroUsd: 12 * dollar } } })
  const approval = await (await call(`/api/v1/approvals/${applied.approvalId}`, { headers: world.headers })).json()
  expect(approval).toMatchObject({ state: 'confirmed', decision: { outcome: 'allow_once' } })
  world.link.close()
})

test('a reset lets the agents go and counts anew; a second one is a conflict', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop' })
  expect(await codeOf(await world.reset(budget.id))).toBe('conflict')
  await world.spend('main', 12 * dollar)
  await world.carriedOut()
  const reset = await world.reset(budget.id)
  expect([reset.status, await reset.json()]).toMatchObject([
    200,
    { standing: { spentMicroUsd: 12 * dollar, allowedMicroUsd: 22 * dollar, breaker: { state: 'closed' } } },
  ])
  expect(await codeOf(await world.reset(budget.id))).toBe('conflict')
  await world.carriedOut()
  expect(await orders(world)).toMatchObject([{ state: 'recovering' }])
  expect(await world.told('budget.reset')).toMatchObject([
    { actor: { kind: 'member', id: world.userId }, payload: { because: 'request', reason: 'looked into' } },
  ])
  world.link.close()
})

test('over a model, whoever used it and whoever is set to it is stopped', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop', scope: { kind: 'model', model: 'other/model' } })
  const runId = unique('run')
  await world.link.report(
    runStarted('scout', runId),
    {
      key: unique('model'),
      at: new Date().toISOString(),
      type: 'model.called',
      payload: { agent: 'scout', runId, sessionKey: 'x', provider: 'other', model: 'model', ordinal: 0 },
    },
    runEnded('scout', runId, 12 * dollar),
  )
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing).toMatchObject({
    spentMicroUsd: 12 * dollar,
    breaker: { state: 'open' },
  })
  expect((await world.controlOf('scout')).control).toBe('stopped')
  expect((await world.controlOf('main')).control).toBe('enabled')
  const other = await world.set({
    onLimit: 'stop',
    scope: { kind: 'model', model: 'probe/model' },
    limitMicroUsd: dollar,
  })
  await world.spend('main', 2 * dollar)
  await world.carriedOut()
  expect((await world.shownBudget(other.id)).standing.breaker.orderIds).toHaveLength(2)
  expect((await world.controlOf('main')).control).toBe('stopped')
  world.link.close()
})

test('over a group that is renamed goes on under its new name, with all that was spent', async () => {
  const world = await aBudgetedWorld()
  await world.group('main', 'night')
  const [first, second, other] = [
    await world.set({ scope: { kind: 'group', group: 'night' }, onLimit: 'stop', limitMicroUsd: 4 * dollar }),
    await world.set({ scope: { kind: 'group', group: 'night' }, period: 'day' }),
    await world.set({ scope: { kind: 'group', group: 'nightly' } }),
  ]
  await world.spend('main', dollar, null)
  const rename = (from: string, to: string) =>
    call(`/api/v1/resource-groups/${from}`, { method: 'PATCH', body: { name: to }, headers: world.headers })
  expect((await rename('night', 'late')).status).toBe(200)
  await world.spend('main', dollar)
  for (const { id } of [first, second])
    expect(await world.shownBudget(id)).toMatchObject({
      scope: { kind: 'group', ref: 'late', name: 'late', agents: 1 },
      version: 2,
      changedBy: { kind: 'member' },
      standing: { spentMicroUsd: 2 * dollar, runs: 3, unpricedRuns: 1 },
    })
  expect(await world.shownBudget(other.id)).toMatchObject({ version: 1, scope: { ref: 'nightly' } })
  expect(await world.told('agent.group-renamed')).toMatchObject([{ payload: { from: 'night', to: 'late' } }])
  expect(
    (await world.told('budget.updated')).map(({ target, payload }) => [target, payload.ref, payload.fields]),
  ).toEqual([first, second].map(({ id }) => [id, 'late', ['scope']]))
  // Another period counts anew, of the runs: those from before the renaming as well.
  expect((await world.change(second.id, 2, { period: 'week' })).status).toBe(200)
  expect((await world.shownBudget(second.id)).standing).toMatchObject({ spentMicroUsd: 2 * dollar, runs: 3 })
  // Who renames dies before the ledger hears of it; meanwhile somebody goes on spending.
  const COST_LEDGER = new Proxy(world.ctx.env.COST_LEDGER, {
    get: () => {
      throw new Error('killed')
    },
  })
  const dying = { ...world.ctx, env: { ...world.ctx.env, COST_LEDGER } }
  await expect(renameGroup(dying, 'late', 'early')).rejects.toThrow('killed')
  await world.spend('main', dollar)
  expect(await world.shownBudget(first.id)).toMatchObject({
    scope: { ref: 'early' },
    standing: { spentMicroUsd: 3 * dollar, state: 'ok' },
  })
  await world.spend('main', dollar)
  await world.carriedOut()
  expect((await world.shownBudget(first.id)).standing).toMatchObject({ state: 'exceeded', breaker: { state: 'open' } })
  expect(await orders(world)).toMatchObject([{ scope: { kind: 'group', name: 'early' } }])
  // The same name again, for others, is another group.
  await world.group('scout', 'night')
  await world.spend('scout', dollar)
  expect((await world.shownBudget(first.id)).standing.spentMicroUsd).toBe(4 * dollar)
  await checkAuditLog(world.organizationId)
  world.link.close()
})

test('over a group in which nobody is yet, whoever comes into it and spends is stopped', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop', scope: { kind: 'group', group: 'night' }, limitMicroUsd: dollar })
  await world.ledger.record(world.organizationId, [aUsage({ group: 'night' })])
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing.breaker).toMatchObject({ state: 'open', orderIds: [] })
  await world.group('scout', 'night')
  await world.spend('scout', dollar)
  await world.carriedOut()
  expect((await world.controlOf('scout')).control).toBe('stopped')
  await world.group('main', 'night')
  await vi.waitFor(async () => expect((await world.controlOf('main')).control).toBe('stopped'), 20_000)
  expect(await orders(world)).toHaveLength(1)
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
