import { z } from 'zod'
import { Approval } from '../approvals/contract.ts'
import { AuditEntry } from '../audit/contract.ts'
import { Connector } from '../connectors/contract.ts'
import { HealthAtAGlance } from '../health/contract.ts'

export const DashboardOverview = z.object({
  approvals: z.object({
    pending: z.number().int(),
    /** Of those, how many expire within ten minutes. */
    expiringSoon: z.number().int(),
    /** The most urgent first. */
    urgent: z.array(Approval).max(5),
    decided24h: z.number().int(),
    rejected24h: z.number().int(),
    /** From request to decision over the last 24 hours; null without a decision. */
    medianDecisionMs: z.number().int().nullable(),
  }),
  agents: z.object({
    active: z.number().int(),
    running: z.number().int(),
    waiting: z.number().int(),
    unknown: z.number().int(),
  }),
  connectors: z.object({ total: z.number().int(), online: z.number().int(), attention: z.array(Connector).max(5) }),
  health: HealthAtAGlance,
  /** Events of the last 24 hours by hour, oldest first, 24 numbers each. */
  activity: z.object({ events: z.array(z.number().int()).length(24), risky: z.array(z.number().int()).length(24) }),
  /** The newest events of high or critical risk. */
  risky: z.array(AuditEntry).max(5),
  sequence: z.number().int(),
})
export type DashboardOverview = z.infer<typeof DashboardOverview>
