import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { isoOrNull } from '../../../platform/time.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { DriftIgnores, PutDriftIgnores } from '../contract.ts'
import { alwaysIgnored } from './rules.ts'
import { ignoresRow, putIgnoresStatement } from './store.ts'

/** The patterns that are in force. */
export const ignoredPatterns = async (ctx: OrganizationContext): Promise<string[]> =>
  (await ignoresRow(ctx))?.patterns ?? []

export const getIgnores = async (ctx: OrganizationContext): Promise<DriftIgnores> => {
  const row = await ignoresRow(ctx)
  return {
    version: row?.version ?? 0,
    patterns: row?.patterns ?? [],
    always: alwaysIgnored,
    changedAt: isoOrNull(row?.changedAt ?? null),
    changedByName: row?.changedByName ?? null,
  }
}

/**
 * Replaces what is not told as drift, if the caller has seen the newest. What was told stays told. Throws
 * `precondition_failed` with the present patterns when somebody was faster.
 */
export const putIgnores = async (
  ctx: OrganizationContext,
  seen: number,
  { patterns }: PutDriftIgnores,
): Promise<DriftIgnores> => {
  const wanted = [...new Set(patterns)]
  const before = await ignoredPatterns(ctx)
  const row = {
    organizationId: ctx.organizationId,
    version: seen + 1,
    patterns: wanted,
    changedAt: ctx.now().getTime(),
    changedByName: ctx.actorName || null,
  }
  const [{ meta }] = await ctx.db.batch([
    putIgnoresStatement(ctx, row),
    auditStatement(
      ctx,
      'config.drift-ignores-changed',
      {
        version: row.version,
        added: wanted.filter((pattern) => !before.includes(pattern)),
        removed: before.filter((pattern) => !wanted.includes(pattern)),
      },
      { risk: 'high' },
    ),
  ])
  if (meta.changes === 0)
    throw new AppError('precondition_failed', 'Somebody has changed the patterns since.', {
      context: { ignores: await getIgnores(ctx) },
    })
  await drainSoon(ctx, ctx.organizationId)
  return getIgnores(ctx)
}
