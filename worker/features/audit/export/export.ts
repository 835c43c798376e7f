import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { AuditEntry, SearchFilter } from '../contract.ts'
import { drainAudit } from '../drain.ts'
import { recordStatement } from '../record.ts'
import { traced } from '../traces/spans.ts'
import type { ExportFormat } from './contract.ts'
import { csvHead, csvLine } from './csv.ts'
import { toOcsf } from './ocsf/map.ts'

const eventsAtOnce = 200

/**
 * What a search finds, oldest first, as a file: everything that is in the sequence by now, and nothing that comes while
 * it is read. Nothing is read before it is taken, and nothing more when the reader has left. A failure on the way breaks the
 * stream off, so that half a file is never taken for a whole one. That somebody took it with them is an event itself.
 */
export const exportEvents = async (
  ctx: OrganizationContext,
  format: ExportFormat,
  filter: SearchFilter,
): Promise<ReadableStream<Uint8Array>> => {
  await drainAudit(ctx, ctx.organizationId)
  const log = auditLog(ctx.env, ctx.organizationId)
  const head = await log.head()
  await ctx.db.batch([recordStatement(ctx, 'audit.exported', { format, filter, through: head }, { risk: 'medium' })])
  const lineOf = linesOf(format, ctx.organizationId)
  const utf8 = new TextEncoder()
  let last = 0
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        if (format === 'csv') controller.enqueue(utf8.encode(csvHead()))
      },
      pull: async (controller) => {
        const page = await nextOf(log, filter, last)
        const entries = page.entries.filter((entry) => entry.seq <= head)
        last = page.through
        if (entries.length > 0) controller.enqueue(utf8.encode(entries.map(lineOf).join('')))
        if (!page.more || last >= head) controller.close()
      },
    },
    { highWaterMark: 1 },
  )
}

/** By words only what has not left for the archive alone can be found; by anything else, all of it. */
const nextOf = async (log: ReturnType<typeof auditLog>, { keyword, ...filter }: SearchFilter, after: number) => {
  if (keyword !== undefined)
    return log.page({ filter: { ...filter, keyword }, order: 'oldest', limit: eventsAtOnce, beyond: after })
  const walked = await log.walk({ filter, after, limit: eventsAtOnce })
  if (!walked) throw new Error(`the archive does not have what stands behind ${after}`)
  return walked
}

const linesOf = (format: ExportFormat, organizationId: string): ((entry: AuditEntry) => string) => {
  if (format === 'csv') return csvLine
  if (format === 'ocsf') return (entry) => `${JSON.stringify(toOcsf(entry, organizationId))}\n`
  return (entry) => `${JSON.stringify(traced(entry))}\n`
}
