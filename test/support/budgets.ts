import { env, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { onTestFinished, vi } from 'vitest'
import type { CostLedger } from '../../durable-objects/cost-ledger/cost-ledger.ts'
import type { Usage } from '../../durable-objects/cost-ledger/rpc.ts'
import {
  Budget,
  BudgetHappening,
  BudgetPage,
  type CreateBudget,
  OverriddenBudget,
} from '../../worker/features/budgets/contract.ts'
import { KillOrder } from '../../worker/features/kill-switch/contract.ts'
import { Page } from '../../worker/platform/contract.ts'
import { call, post } from './call.ts'
import { runEnded, unique } from './gateway-events.ts'
import { aStoppableWorld } from './stopped.ts'

export const budgetsPath = '/api/v1/budgets'
export const dollar = 1_000_000

export const ledgerOf = (organizationId: string) => env.COST_LEDGER.get(env.COST_LEDGER.idFromName(organizationId))

export const aUsage = (facts: Partial<Usage> = {}): Usage => ({
  connectorId: 'con_probe',
  runId: unique('run'),
  agent: 'main',
  agentId: null,
  group: null,
  model: null,
  at: Date.now(),
  inputTokens: 100,
  outputTokens: 10,
  costMicroUsd: dollar,
  ...facts,
})

/** A gateway of two agents whose runs cost something, and budgets over them. */
export const aBudgetedWorld = async () => {
  const world = await aStoppableWorld()
  const { headers } = world
  const ledger = ledgerOf(world.organizationId)
  const set = async (wanted: Partial<CreateBudget> = {}) => {
    const body = {
      name: 'Probe',
      scope: { kind: 'organization' },
      period: 'month',
      limitMicroUsd: 10 * dollar,
      ...wanted,
    }
    const answer = await post(budgetsPath, body, headers)
    if (answer.status !== 201) throw new Error(`budget: ${answer.status} ${await answer.text()}`)
    return Budget.parse(await answer.json())
  }
  const shown = async (id: string) => Budget.parse(await (await call(`${budgetsPath}/${id}`, { headers })).json())
  const listed = async (query = '') =>
    BudgetPage.parse(await (await call(`${budgetsPath}${query}`, { headers })).json())
  const change = (id: string, version: number, body: object, as = headers) =>
    call(`${budgetsPath}/${id}`, { method: 'PATCH', body, headers: { ...as, 'if-match': `"${version}"` } })
  const remove = (id: string, version: number, as = headers) =>
    call(`${budgetsPath}/${id}`, { method: 'DELETE', headers: { ...as, 'if-match': `"${version}"` } })
  const override = async (id: string, amountMicroUsd: number, as = headers) =>
    OverriddenBudget.parse(
      await (await post(`${budgetsPath}/${id}/override`, { amountMicroUsd, reason: 'a busy day' }, as)).json(),
    )
  const reset = (id: string, as = headers) => post(`${budgetsPath}/${id}/reset`, { reason: 'looked into' }, as)
  const history = async (id: string) =>
    Page(BudgetHappening).parse(await (await call(`${budgetsPath}/${id}/history`, { headers })).json()).items
  /** Runs of an agent end, each at that price. */
  const spend = (agent: string, ...costs: (number | null)[]) =>
    world.link.report(...costs.map((cost) => runEnded(agent, unique('run'), cost)))
  const carriedOut = () =>
    vi.waitFor(
      async () => {
        const open = await runInDurableObject(
          ledger,
          (_: CostLedger, { storage }) =>
            storage.sql
              .exec<{ open: number }>(
                `SELECT (SELECT count(*) FROM tellings)
                 + (SELECT count(*) FROM stops WHERE state IN ('wanted', 'begun') OR (state = 'ordered' AND release_reason IS NOT NULL))
                 + (SELECT count(*) FROM raises WHERE (approval_id IS NULL AND state = 'waiting') OR state = 'dropped')
                 + (SELECT count(*) FROM alerts WHERE revision > projected) AS open`,
              )
              .one().open,
        )
        if (open > 0) {
          await runDurableObjectAlarm(ledger)
          throw new Error(`${open} duties are open`)
        }
      },
      { timeout: 20_000, interval: 25 },
    )
  return {
    ...world,
    ledger,
    set,
    shownBudget: shown,
    listed,
    change,
    remove,
    override,
    reset,
    history,
    spend,
    carriedOut,
  }
}
export type BudgetedWorld = Awaited<ReturnType<typeof aBudgetedWorld>>

/** The kill switch's orders, newest first. */
export const ordersOf = async ({ headers }: BudgetedWorld) =>
  Page(KillOrder).parse(await (await call('/api/v1/kill-switch/orders', { headers })).json()).items

/** From here on the clock shows a later time, until the test ends. */
export const laterBy = (ms: number): void => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + ms)
  onTestFinished(() => {
    vi.useRealTimers()
  })
}
