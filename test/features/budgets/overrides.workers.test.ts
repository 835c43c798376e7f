import { evictDurableObject } from 'cloudflare:test'
import { expect, test, vi } from 'vitest'
import { aBudgetedWorld, dollar, ordersOf } from '../../support/budgets.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { aMember } from '../../support/organizations.ts'

test('under ask agents go on while people decide, by no more than was asked for; then they are stopped', async () => {
  const world = await aBudgetedWorld()
  const approver = await (await aMember(world.organizationId, 'admin')).authorization()
  const budget = await world.set({ onLimit: 'ask', raiseMicroUsd: 5 * dollar })
  await world.spend('main', 11 * dollar)
  await world.carriedOut()
  const asking = (await world.shownBudget(budget.id)).standing.breaker
  expect([asking.state, asking.approvalIds.length, (await ordersOf(world)).length]).toEqual(['asking', 1, 0])
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
  expect(await ordersOf(world)).toMatchObject([{ state: 'recovering' }])
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
  expect(await ordersOf(world)).toMatchObject([{ state: 'recovering' }])
  expect(await world.told('budget.reset')).toMatchObject([
    { actor: { kind: 'member', id: world.userId }, payload: { because: 'request', reason: 'looked into' } },
  ])
  world.link.close()
})
