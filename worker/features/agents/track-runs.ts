import type { OrganizationContext } from '../../platform/context.ts'
import { commitAll } from '../../platform/db.ts'
import { trackRunsStatement } from './store.ts'

export interface RunCount {
  agentId: string
  openRuns: number
  lastActiveAt: number
}

/** Projects how many runs each agent has open. The counts are absolute, so telling them again changes nothing. */
export const trackRuns = async (ctx: OrganizationContext, counts: RunCount[]): Promise<void> => {
  const statements = counts.map((count) => trackRunsStatement(ctx, count))
  await commitAll(ctx.db, statements)
}
