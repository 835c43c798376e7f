import { z } from 'zod'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import type { RequestContext } from '../../platform/context.ts'
import { Risk } from '../../platform/contract.ts'
import { logFault } from '../../platform/log.ts'
import { AuditEventType, actorKinds } from './contract.ts'
import { deleteDrained, organizationsWaiting, waitingEvents } from './store.ts'

const batchSize = 200

const Waiting: z.ZodType<AuditInput> = z.object({
  key: z.string(),
  type: AuditEventType,
  at: z.number(),
  actor: z.object({ kind: z.enum(actorKinds), id: z.string() }),
  agentId: z.string().nullable(),
  connectorId: z.string().nullable(),
  target: z.string().nullable(),
  risk: Risk,
  traceId: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
})

/**
 * Moves an organization's outbox into its audit sequence, in commit order. Safe to run twice and at the same time: the
 * sequence knows the keys, and a row is deleted only after the append committed.
 */
export const drainAudit = async (ctx: RequestContext, organizationId: string): Promise<void> => {
  for (;;) {
    const rows = await waitingEvents(ctx.db, organizationId, batchSize)
    const last = rows.at(-1)
    if (!last) return
    await auditLog(ctx.env, organizationId).append(rows.map((row) => Waiting.parse(JSON.parse(row.body))))
    // A crash before this line leads to the same append again, which the keys make harmless.
    await deleteDrained(ctx.db, organizationId, last.position)
    if (rows.length < batchSize) return
  }
}

/** Drains at once after a commit. A failure is logged and left to cron: the change itself has landed. */
export const drainSoon = async (ctx: RequestContext, organizationId: string): Promise<void> => {
  try {
    await drainAudit(ctx, organizationId)
  } catch (error) {
    logFault('audit.drain-failed', error, { organizationId })
  }
}

/** Cron: whatever a crash left behind in any outbox. */
export const drainAllAudit = async (ctx: RequestContext): Promise<void> => {
  for (const organizationId of await organizationsWaiting(ctx.db)) await drainSoon(ctx, organizationId)
}
