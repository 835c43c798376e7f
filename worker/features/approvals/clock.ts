import { approvalClock } from '../../../durable-objects/approval-clock/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { logFault } from '../../platform/log.ts'

/** Of this isolate: when each organization's clock goes off at the latest. When it does, it looks for what is next itself. */
const known = new Map<string, number>()
const organizationsMax = 10_000
/** What is committed shortly before the clock goes off may come too late for its look around. */
const marginMs = 2_000

/**
 * Sees to it that the organization's clock goes off at `at` (milliseconds since 1970) at the latest. Call it when what
 * is due then has committed. Never waits and never throws: cron finds each minute what no clock was set for.
 */
export const wakeClock = (ctx: OrganizationContext, at: number): void => {
  const { organizationId } = ctx
  const set = known.get(organizationId)
  if (set !== undefined && set <= at && set > ctx.now().getTime() + marginMs) return
  if (known.size >= organizationsMax) known.clear()
  known.set(organizationId, at)
  ctx.waitUntil(tell(ctx, organizationId, at))
}

const tell = async (ctx: OrganizationContext, organizationId: string, at: number): Promise<void> => {
  try {
    await approvalClock(ctx.env, organizationId).wake(organizationId, at)
  } catch (error) {
    known.delete(organizationId)
    logFault('approval.clock-failed', error, { organizationId })
  }
}
