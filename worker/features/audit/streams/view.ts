import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { StreamState } from '../../../../durable-objects/audit-stream/rpc.ts'
import { auditStream } from '../../../../durable-objects/audit-stream/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import type { StreamRow } from '../schema.ts'
import type { AuditStream, StreamProgress } from './contract.ts'

/** A stream with how far it is: its object knows, unless it has not begun the run yet. */
export const viewStream = async (ctx: OrganizationContext, row: StreamRow, head: number): Promise<AuditStream> => {
  const { id, name, kind, url, body, headerName, format, filter, batchSize, state, version, createdByName } = row
  return {
    id,
    name,
    kind,
    url,
    body,
    headerName,
    format,
    filter,
    batchSize,
    state,
    failingReason: row.failingReason,
    failingSince: isoOrNull(row.failingSince),
    version,
    createdAt: iso(row.createdAt),
    createdByName,
    bothSecretsUntil: (row.previousUntil ?? 0) > ctx.now().getTime() ? isoOrNull(row.previousUntil) : null,
    progress: await progressOf(ctx, row, head),
  }
}

const progressOf = async (ctx: OrganizationContext, row: StreamRow, head: number): Promise<StreamProgress> => {
  const told = await auditStream(ctx.env, row.id).state()
  const known: StreamState | null = told && told.run === row.run ? told : null
  const through = known?.through ?? row.startAfter
  const behind = Math.max(0, head - through)
  const oldest = behind > 0 ? await auditLog(ctx.env, ctx.organizationId).event(through + 1) : null
  return {
    run: row.run,
    through,
    behind,
    // Unknown where the archive of it is damaged.
    oldestWaitingAt: oldest && 'recordedAt' in oldest ? oldest.recordedAt : null,
    delivered: told?.delivered ?? 0,
    lastDeliveredAt: isoOrNull(told?.deliveredAt ?? null),
    attempts: known?.attempts ?? 0,
    troubleSince: isoOrNull(known?.troubleSince ?? null),
    lastError: known?.lastError ?? null,
    nextAttemptAt: row.state === 'active' ? isoOrNull(known?.dueAt ?? null) : null,
  }
}
