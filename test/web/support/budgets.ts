import type { Budget, BudgetHappening } from '../../../worker/features/budgets/contract.ts'
import { anId } from './build.ts'
import { type Call, FakeServer, problem } from './fake-server.ts'

const at = '2026-11-21T10:00:00.000Z'
const lin = { kind: 'member', id: anId('usr', 1), name: 'Lin' }

/** A budget of 50 dollars a month; spending that is given decides how it stands. */
export const aBudget = (
  number: number,
  given: Partial<Budget> = {},
  standing: Partial<Budget['standing']> = {},
): Budget => {
  const limit = given.limitMicroUsd ?? 50_000_000
  const allowed = limit + (standing.addedMicroUsd ?? 0)
  const warnAt = (allowed * (given.warnPercent ?? 80)) / 100
  const spent = standing.spentMicroUsd ?? 12_000_000
  return {
    id: anId('bud', number),
    scope: { kind: 'organization', ref: null, name: 'Acme', agents: 4 },
    name: `budget ${number}`,
    period: 'month',
    timeZone: 'Asia/Shanghai',
    limitMicroUsd: limit,
    currency: 'USD',
    warnPercent: 80,
    onLimit: 'warn',
    raiseMicroUsd: null,
    version: 1,
    createdAt: at,
    changedAt: at,
    changedBy: lin,
    dataAsOf: new Date().toISOString(),
    ...given,
    standing: {
      start: '2026-10-31T16:00:00.000Z',
      end: new Date(Date.now() + 9.5 * 86_400_000).toISOString(),
      spentMicroUsd: spent,
      allowedMicroUsd: allowed,
      addedMicroUsd: 0,
      warnAtMicroUsd: warnAt,
      runs: 7,
      unpricedRuns: 0,
      state: spent >= allowed ? 'exceeded' : spent >= warnAt ? 'warned' : 'ok',
      breaker: { state: 'closed', since: null, orderIds: [], approvalIds: [] },
      openRuns: 0,
      overshootEstimateMicroUsd: 0,
      ...standing,
    },
  }
}

export const aHappening = (number: number, given: Partial<BudgetHappening> = {}): BudgetHappening => ({
  id: String(number),
  at,
  kind: 'warned',
  because: 'limit',
  action: null,
  periodStart: '2026-10-31T16:00:00.000Z',
  version: 1,
  spentMicroUsd: 40_000_000,
  allowedMicroUsd: 50_000_000,
  amountMicroUsd: null,
  reason: null,
  approvalId: null,
  by: null,
  ...given,
})

const page = (items: unknown[]) => Response.json({ items, nextCursor: null, dataAsOf: new Date().toISOString() })

/** Budgets behind `fetch`; whatever is not answered by `given` is read from them. */
export const serverWithBudgets = (
  budgets: Budget[],
  { history = [], answer = () => undefined }: { history?: BudgetHappening[]; answer?: FakeServer['intercept'] } = {},
) => {
  const server = new FakeServer()
  server.intercept = (call: Call) => {
    const given = answer(call)
    if (given) return given
    const [, area, id, part] = call.path.split('/')
    if (area !== 'budgets' || call.method !== 'GET') return undefined
    if (id === undefined) return page(budgets)
    const found = budgets.find((one) => one.id === id)
    if (!found) return problem(404, 'not_found')
    return part === 'history' ? page(history) : Response.json(found)
  }
  return server
}
