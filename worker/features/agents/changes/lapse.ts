import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { agentChangeAnswered } from './conclude.ts'
import { overdueChanges } from './store.ts'

/** The session tells of an order that it holds; what is older than this it never held. */
const graceMs = 60_000
const atOnce = 200

/** Ends orders that were never handed over, or whose session is gone. Each once, whoever ends it first. */
export const lapseChanges = async (ctx: RequestContext): Promise<void> => {
  for (const { id, organizationId } of await overdueChanges(ctx, ctx.now().getTime() - graceMs, atOnce)) {
    const system = actingFor(ctx, organizationId, { kind: 'system', id: 'agents' })
    await agentChangeAnswered(system, id, { ok: false, failure: 'expired', detail: 'Nobody answered in time.' })
  }
}
