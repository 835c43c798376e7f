import { parseCheckpoint } from '../../../../tlog/checkpoint.ts'
import { type ExportedEvent, type ExportHead, exportFormat } from '../../../../tlog/export/contract.ts'
import { parseNote } from '../../../../tlog/note.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { drainSoon } from '../drain.ts'
import { recordStatement } from '../record.ts'
import { logOf } from './read.ts'

const eventsAtOnce = 500

/**
 * The whole sequence up to now as JSON Lines (`tlog/export/contract.ts`): one signed checkpoint, and every event that it
 * covers. It is read as fast as it is taken, so it never stands in memory; what happens meanwhile is not in it, nor is the event
 * that tells of the export.
 */
export const exportLog = async (ctx: OrganizationContext): Promise<ReadableStream<Uint8Array>> => {
  const log = await logOf(ctx)
  const checkpoint = await log.freshCheckpoint()
  const { keys } = await log.state()
  const witnessed = await log.witnessedCheckpoint()
  const note = parseNote(checkpoint)
  const size = (note && parseCheckpoint(note.text)?.size) ?? 0
  // Behind what it tells of, and durable before the first byte goes out.
  const through = { format: 'tlog', filter: {}, through: size } as const
  await ctx.db.batch([recordStatement(ctx, 'audit.exported', through, { risk: 'medium' })])
  await drainSoon(ctx, ctx.organizationId)
  const utf8 = new TextEncoder()
  const line = (value: ExportHead | ExportedEvent) => utf8.encode(`${JSON.stringify(value)}\n`)
  let last = 0
  return new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(
        line({
          format: exportFormat,
          checkpoint,
          ...(witnessed !== null && { witnessed }),
          keys: keys.map(({ vkey }) => vkey),
          successions: keys.flatMap(({ succession }) => succession ?? []),
        }),
      ),
    pull: async (controller) => {
      const events = last < size ? await log.proven(last, Math.min(eventsAtOnce, size - last)) : []
      last = events.at(-1)?.seq ?? size
      for (const event of events) controller.enqueue(line(event))
      if (events.length === 0) controller.close()
    },
  })
}
