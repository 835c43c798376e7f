import { auditStream } from '../../../../durable-objects/audit-stream/stub.ts'
import type { RequestContext } from '../../../platform/context.ts'
import { someActiveStreams } from './store.ts'

const most = 400

/**
 * The safety net behind what wakes streams at once: whatever a crash left asleep looks again. Of more than there is room
 * for in a minute, each time others have their turn.
 */
export const wakeStreams = async (ctx: RequestContext): Promise<void> => {
  const streams = await someActiveStreams(ctx, most)
  for (const { id, organizationId } of streams) await auditStream(ctx.env, id).changed(organizationId, id)
}
