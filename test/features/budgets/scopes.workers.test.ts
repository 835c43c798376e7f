import { expect, test, vi } from 'vitest'
import { renameGroup } from '../../../worker/features/agents/resource-groups/groups.ts'
import { aBudgetedWorld, aUsage, dollar, ordersOf } from '../../support/budgets.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { runEnded, runStarted, unique } from '../../support/gateway-events.ts'

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
  expect(await ordersOf(world)).toMatchObject([{ scope: { kind: 'group', name: 'early' } }])
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
  expect(await ordersOf(world)).toHaveLength(1)
  world.link.close()
})
