import { z } from 'zod'
import { costLedger } from '../../../durable-objects/cost-ledger/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import { iso } from '../../platform/time.ts'
import {
  type CostByAgent,
  type CostByAgentQuery,
  type CostByConnector,
  type CostByModel,
  type CostPageQuery,
  type CostQuery,
  type CostSummary,
  type CostSums,
  costDaysMax,
} from './contract.ts'
import { type BeyondSum, type Days, sumsByAgent, sumsByConnector, sumsByDay, sumsByModel } from './store.ts'

const dayMs = 86_400_000
const usualDays = 30
const Beyond = z.object({ cost: z.number(), key: z.string() })

type Sums = Omit<CostSums, 'costMicroUsd'> & { cost: number }

/** What was used in a range of days, in all and day by day. */
export const costSummary = async (ctx: OrganizationContext, query: CostQuery): Promise<CostSummary> => {
  const range = await readyRange(ctx, query)
  const known = new Map((await sumsByDay(ctx, range)).map(({ day, ...sums }) => [day, sums]))
  const days = daysOf(range)
  const byDay = days.map((day) => ({ day, ...viewSums(known.get(day) ?? nothing) }))
  const total = [...known.values()].reduce(
    (sum, each) => ({
      runs: sum.runs + each.runs,
      unpricedRuns: sum.unpricedRuns + each.unpricedRuns,
      inputTokens: sum.inputTokens + each.inputTokens,
      outputTokens: sum.outputTokens + each.outputTokens,
      cost: sum.cost + each.cost,
    }),
    nothing,
  )
  return { ...range, total: viewSums(total), byDay }
}

export const costByAgent = (
  ctx: OrganizationContext,
  { agentId: only, ...query }: CostByAgentQuery,
): Promise<CostByAgent> =>
  listed(ctx, query, sumsByAgent(only), ({ connectorId, externalId, agentId, name, displayName }) => ({
    connectorId,
    externalId,
    agentId,
    name: displayName ?? name ?? externalId,
  }))

export const costByModel = (ctx: OrganizationContext, query: CostPageQuery): Promise<CostByModel> =>
  listed(ctx, query, sumsByModel, ({ key }) => ({ model: key === '' ? null : key }))

export const costByConnector = (ctx: OrganizationContext, query: CostPageQuery): Promise<CostByConnector> =>
  listed(ctx, query, sumsByConnector, ({ key, name }) => ({ connectorId: key, name }))

const listed = async <Row extends Sums & { key: string }, Item>(
  ctx: OrganizationContext,
  query: CostPageQuery,
  rowsOf: (ctx: OrganizationContext, days: Days, limit: number, beyond: BeyondSum | undefined) => PromiseLike<Row[]>,
  itemOf: (row: Row) => Item,
) => {
  const beyond = fromCursor(Beyond, query.cursor)
  const range = await readyRange(ctx, query)
  const rows = await rowsOf(ctx, range, query.limit + 1, beyond)
  const page = pageOf(rows, query.limit, ({ cost, key }) => ({ cost, key }))
  return { ...page, items: page.items.map((row) => ({ ...itemOf(row), ...viewSums(row) })), ...range }
}

/** The days that are asked for, once the ledger has told everything that it had until now. Throws `invalid` for too many. */
const readyRange = async (ctx: OrganizationContext, { from: first, to }: CostQuery) => {
  const now = ctx.now().getTime()
  const last = to ?? (first === undefined ? dayOf(now) : latest(first, dayOf(now)))
  const from = first ?? dayOf(Date.parse(last) - (usualDays - 1) * dayMs)
  if (Date.parse(last) - Date.parse(from) >= costDaysMax * dayMs)
    throw new AppError('invalid', `At most ${costDaysMax} days are summed at once.`, {
      errors: [{ path: 'from', message: `more than ${costDaysMax} days ago: say to` }],
    })
  await costLedger(ctx.env, ctx.organizationId).project(ctx.organizationId)
  return { from, to: last, timeZone: 'UTC' as const, currency: 'USD' as const, dataAsOf: iso(now) }
}

const dayOf = (at: number): string => iso(at).slice(0, 10)
const latest = (one: string, other: string): string => (one > other ? one : other)

const daysOf = ({ from, to }: Days): string[] => {
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1
  return Array.from({ length: days }, (_, index) => dayOf(Date.parse(from) + index * dayMs))
}

const nothing: Sums = { runs: 0, unpricedRuns: 0, inputTokens: 0, outputTokens: 0, cost: 0 }

/** Where no run has a price there is no sum of money, and not the sum of nothing. */
const viewSums = ({ runs, unpricedRuns, inputTokens, outputTokens, cost }: Sums): CostSums => ({
  runs,
  unpricedRuns,
  inputTokens,
  outputTokens,
  costMicroUsd: runs > 0 && unpricedRuns === runs ? null : cost,
})
