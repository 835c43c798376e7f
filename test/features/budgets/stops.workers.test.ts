import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { CostLedger } from '../../../durable-objects/cost-ledger/cost-ledger.ts'
import { aBudgetedWorld, aUsage, dollar, laterBy, ordersOf } from '../../support/budgets.ts'

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
  expect(await ordersOf(world)).toMatchObject([
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
  expect(await ordersOf(world)).toMatchObject([{ state: 'recovering' }])
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
  expect(await ordersOf(world)).toEqual([])
  await runInDurableObject(world.ledger, async (ledger: CostLedger) => ledger.alarm())
  await world.carriedOut()
  expect(await ordersOf(world)).toHaveLength(1)
  // As it stands when the order went out and nobody wrote that down.
  await runInDurableObject(world.ledger, async (ledger: CostLedger, { storage }) => {
    storage.sql.exec(`UPDATE stops SET state = 'begun', order_id = NULL`)
    storage.sql.exec(`INSERT OR REPLACE INTO alarms (name, due) VALUES ('duties', 0)`)
    await ledger.alarm()
  })
  await world.carriedOut()
  expect(await ordersOf(world)).toHaveLength(1)
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
  expect(await ordersOf(world)).toMatchObject([{ state: 'recovering' }])
  await world.change(budget.id, 3, { limitMicroUsd: 5 * dollar })
  await world.carriedOut()
  expect(await ordersOf(world)).toHaveLength(2)
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
  expect(await ordersOf(world)).toMatchObject([{ state: 'recovering' }])
  expect(await world.told('budget.reset')).toMatchObject([{ payload: { because: 'removed' } }])
  await world.spend('main', 12 * dollar)
  await world.carriedOut()
  expect(await ordersOf(world)).toHaveLength(1)
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
  expect(await ordersOf(world)).toEqual([])
  expect(await world.ledger.settleRaise(waiting.approvalId)).toBe('refused')
  expect((await world.told('approval.withdrawn')).length).toBe(1)
  world.link.close()
})

test('a stop that somebody took back is shown so, and not repeated in this period', async () => {
  const world = await aBudgetedWorld()
  const budget = await world.set({ onLimit: 'stop', scope: { kind: 'agent', agentId: world.agent('main') } })
  await world.spend('main', 12 * dollar)
  await world.carriedOut()
  const [order] = await ordersOf(world)
  expect((await world.recover(order?.id ?? '', 'main')).status).toBe(202)
  await world.spend('main', dollar)
  await world.carriedOut()
  expect((await world.shownBudget(budget.id)).standing).toMatchObject({
    state: 'exceeded',
    breaker: { state: 'released' },
  })
  expect(await ordersOf(world)).toHaveLength(1)
  world.link.close()
})
