import type { OrganizationContext } from '../../../platform/context.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { CommandFailure } from '../../connectors/link/commands/contract.ts'
import { dueAgainStatement } from '../schedules/store.ts'
import type { ArtifactRow } from '../schema.ts'
import { findArtifact, moveArtifactStatement } from '../store.ts'

interface Failed {
  failure: CommandFailure
  detail: string
}
type Answer = { ok: true } | { ok: false; failure: CommandFailure; detail?: string }

const againMs = 3_600_000

/** The connector says how it went, or nobody did in time. Stored is what is stored, whatever is said of it. */
export const backupAnswered = async (ctx: OrganizationContext, id: string, answer: Answer): Promise<void> => {
  const row = await findArtifact(ctx, id)
  if (!row || (row.state !== 'ordered' && row.state !== 'uploading')) return
  const failed: Failed = answer.ok
    ? { failure: 'unknown_outcome', detail: 'The connector said that it was done, and nothing is stored.' }
    : { failure: answer.failure, detail: answer.detail ?? answer.failure }
  await backupFailed(ctx, row, failed)
}

/**
 * Told once. A scheduled one is due again in an hour, or at once when there was no answer in time: the gateway may be away,
 * and then it waits for it.
 */
export const backupFailed = async (ctx: OrganizationContext, row: ArtifactRow, { failure, detail }: Failed) => {
  const { id, connectorId, cause } = row
  const now = ctx.now().getTime()
  await ctx.db.batch([
    moveArtifactStatement(ctx, id, ['ordered', 'uploading'], {
      state: 'failed',
      failure,
      detail: detail.slice(0, 1_000),
    }),
    auditStatement(
      ctx,
      'backup.failed',
      { artifactId: id, cause, failure, detail: detail.slice(0, 1_000) },
      { target: id, connectorId, risk: 'high' },
    ),
    dueAgainStatement(ctx, row.scheduleId, failure === 'expired' ? now : now + againMs),
  ])
  await drainSoon(ctx, ctx.organizationId)
}
