import { z } from 'zod'
import { Id, Page, PageQuery, Timestamp } from '../../platform/contract.ts'

export const costDaysMax = 400
const span = ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
  from === undefined || to === undefined ? 0 : (Date.parse(to) - Date.parse(from)) / 86_400_000
const fits = (query: { from?: string | undefined; to?: string | undefined }) =>
  span(query) >= 0 && span(query) < costDaysMax
const misfit = { path: ['to'], message: `from, and at most ${costDaysMax} days later` }

/** Days of UTC, both included. Left out: the last thirty days up to today. */
const days = { from: z.iso.date().optional(), to: z.iso.date().optional() }
export const CostQuery = z.strictObject(days).refine(fits, misfit)
export type CostQuery = z.infer<typeof CostQuery>
export const CostPageQuery = PageQuery.extend(days).refine(fits, misfit)
export type CostPageQuery = z.infer<typeof CostPageQuery>
/** One agent alone where it is named. */
export const CostByAgentQuery = PageQuery.extend({ ...days, agentId: Id('agt').optional() }).refine(fits, misfit)
export type CostByAgentQuery = z.infer<typeof CostByAgentQuery>

const sums = {
  /** Runs that ended. */
  runs: z.number().int(),
  /** Of these, runs whose cost nobody knows. They are in no sum of money. */
  unpricedRuns: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** Micro-USD of the priced runs; null when there were runs and none of them has a price. */
  costMicroUsd: z.number().int().nullable(),
}
export const CostSums = z.object(sums)
export type CostSums = z.infer<typeof CostSums>

const range = {
  from: z.iso.date(),
  to: z.iso.date(),
  timeZone: z.literal('UTC'),
  currency: z.literal('USD'),
  /** Everything that connectors had told by then is in it. */
  dataAsOf: Timestamp,
}
/** Each day of the range, those without a run too. */
export const CostSummary = z.object({
  ...range,
  total: CostSums,
  byDay: z.array(CostSums.extend({ day: z.iso.date() })),
})
export type CostSummary = z.infer<typeof CostSummary>

/** The costliest first. */
const listOf = <T extends z.ZodRawShape>(key: T) => Page(z.object({ ...key, ...sums })).extend(range)
export const CostByAgent = listOf({
  /** Null while the registry does not know it, or no more. */
  agentId: Id('agt').nullable(),
  /** The agent's id in its own gateway. */
  externalId: z.string(),
  name: z.string(),
  connectorId: Id('con'),
})
export type CostByAgent = z.infer<typeof CostByAgent>
/** Null: nobody told which model it was. */
export const CostByModel = listOf({ model: z.string().nullable() })
export type CostByModel = z.infer<typeof CostByModel>
/** `name` is null for one that was removed. */
export const CostByConnector = listOf({ connectorId: Id('con'), name: z.string().nullable() })
export type CostByConnector = z.infer<typeof CostByConnector>
