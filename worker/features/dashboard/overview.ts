import type { OrganizationContext } from '../../platform/context.ts'
import { agentsAtAGlance } from '../agents/index.ts'
import { approvalsAtAGlance } from '../approvals/index.ts'
import { auditAtAGlance } from '../audit/index.ts'
import { connectorsAtAGlance } from '../connectors/index.ts'
import { healthAtAGlance } from '../health/index.ts'
import type { DashboardOverview } from './contract.ts'

/** What needs a person now, what is unhealthy, and how the last day went. */
export const dashboardOverview = async (ctx: OrganizationContext): Promise<DashboardOverview> => {
  const [approvals, agents, connectors, health, audit] = await Promise.all([
    approvalsAtAGlance(ctx),
    agentsAtAGlance(ctx),
    connectorsAtAGlance(ctx),
    healthAtAGlance(ctx),
    auditAtAGlance(ctx),
  ])
  return { approvals, agents, connectors, health, ...audit }
}
