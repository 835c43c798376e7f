import type { OrganizationContext } from '../../../platform/context.ts'
import { checkSoonStatement } from './store.ts'

/** Changes come in bursts: an editor saves, a gateway restarts. */
const debounceMs = 5_000

/**
 * The configuration of a connector's gateway may have changed: it said so, or it is there again. When this resolves it is
 * written down, so whoever acknowledges the event loses nothing; the minute's cron asks.
 */
export const checkSoon = async (ctx: OrganizationContext, connectorId: string): Promise<void> => {
  await checkSoonStatement(ctx, connectorId, ctx.now().getTime() + debounceMs)
}
