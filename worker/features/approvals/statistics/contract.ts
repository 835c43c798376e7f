import { z } from 'zod'
import { Id, PageQuery, Risk, Timestamp } from '../../../platform/contract.ts'
import { ApprovalSource } from '../../rules/contract.ts'
import { ApprovalState } from '../contract.ts'

const Percentiles = z.object({
  count: z.number().int(),
  p50Ms: z.number().nullable(),
  p90Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
})

export const StatisticsQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(30) })

export const ApprovalStatistics = z.object({
  from: Timestamp,
  to: Timestamp,
  total: z.number().int(),
  byOutcome: z.object({
    allowedByPerson: z.number().int(),
    refusedByPerson: z.number().int(),
    allowedByRule: z.number().int(),
    refusedByRule: z.number().int(),
    allowedByGrant: z.number().int(),
    atGateway: z.number().int(),
    expired: z.number().int(),
    undeliverable: z.number().int(),
    pending: z.number().int(),
  }),
  delivery: z.object({ toShown: Percentiles, toDecided: Percentiles, toEffective: Percentiles }),
  /** Who was interrupted how often, the most interrupted first. */
  people: z.array(
    z.object({
      userId: Id('usr'),
      name: z.string(),
      shown: z.number().int(),
      decided: z.number().int(),
      allowed: z.number().int(),
      medianMs: z.number().nullable(),
    }),
  ),
  /** What was asked at least five times and always allowed: each could be a grant. */
  proposals: z.array(
    z.object({
      pattern: z.string(),
      agentId: Id('agt').nullable(),
      agentName: z.string().nullable(),
      example: z.object({ approvalId: Id('apr'), command: z.string(), risk: Risk }),
      asked: z.number().int(),
      allowed: z.number().int(),
    }),
  ),
})
export type ApprovalStatistics = z.infer<typeof ApprovalStatistics>

/** One line of the delivery page. */
export const Delivery = z.object({
  approvalId: Id('apr'),
  source: ApprovalSource,
  command: z.string(),
  title: z.string().nullable(),
  agentName: z.string().nullable(),
  state: ApprovalState,
  stateReason: z.string().nullable(),
  requestedAt: Timestamp,
  shownMs: z.number().nullable(),
  decidedMs: z.number().nullable(),
  effectiveMs: z.number().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

export const ListDeliveries = PageQuery.extend({ state: ApprovalState.optional() })
export type ListDeliveries = z.infer<typeof ListDeliveries>
