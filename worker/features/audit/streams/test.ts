import type { OrganizationContext } from '../../../platform/context.ts'
import { drainSoon } from '../drain.ts'
import { recordStatement } from '../record.ts'
import { testMessageOf } from './message.ts'
import { outcomeOf, sendMessage } from './send.ts'
import { getStreamRow } from './store.ts'

/** Sends a message without events to the receiver, now and once, whatever the state of the stream, and tells what came of it. */
export const testStream = async (ctx: OrganizationContext, streamId: string) => {
  const row = await getStreamRow(ctx, streamId)
  const id = ctx.newId('dlv')
  const began = ctx.now().getTime()
  const outbound = await sendMessage(ctx, row, id, testMessageOf(row, id, began, new URL(ctx.config.publicUrl).host))
  const outcome = outcomeOf(outbound)
  const durationMs = ctx.now().getTime() - began
  await ctx.db.batch([recordStatement(ctx, 'stream.tested', { name: row.name, outcome }, { target: streamId })])
  await drainSoon(ctx, ctx.organizationId)
  return { ok: outbound.ok && outbound.status >= 200 && outbound.status < 300, outcome, durationMs }
}
