import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { isoOrNull } from '../../platform/time.ts'
import { auditStatement, drainAudit, drainSoon } from '../audit/index.ts'
import { refuseUnfitPolicy } from './check.ts'
import type { MaskingPolicy, PutMasking } from './contract.ts'
import { forgetMaskingRules, policyRow } from './rules-of.ts'
import type { MaskingRow } from './schema.ts'
import { changeStatement } from './store.ts'

export const getMasking = async (ctx: OrganizationContext): Promise<MaskingPolicy> =>
  viewOf(await policyRow(ctx, ctx.organizationId))

/**
 * Replaces the policy, if the caller has seen the newest. What committed before is masked by the old one. Throws `invalid`
 * for what cannot be used, `precondition_failed` with the present policy when somebody was faster.
 */
export const putMasking = async (
  ctx: OrganizationContext,
  seen: number,
  policy: PutMasking,
): Promise<MaskingPolicy> => {
  refuseUnfitPolicy(policy)
  const before = await policyRow(ctx, ctx.organizationId)
  const unlike = (Object.keys(policy) as (keyof PutMasking)[]).filter(
    (part) => JSON.stringify(policy[part]) !== JSON.stringify(before.policy[part]),
  )
  await drainAudit(ctx, ctx.organizationId)
  const changed = { policy, changedAt: ctx.now().getTime(), changedByName: ctx.actorName || null }
  const [{ meta }] = await ctx.db.batch([
    changeStatement(ctx.db, ctx.organizationId, seen, changed),
    auditStatement(
      ctx,
      'masking.changed',
      {
        version: seen + 1,
        parts: unlike,
        personal: policy.personal,
        classes: [...policy.fields, ...policy.patterns].map((custom) => custom.class),
        keepOriginals: policy.keepOriginals,
      },
      { risk: 'high' },
    ),
  ])
  forgetMaskingRules(ctx.organizationId)
  const row = await policyRow(ctx, ctx.organizationId)
  if (meta.changes === 0)
    throw new AppError('precondition_failed', 'Somebody has changed the policy since.', {
      context: { policy: viewOf(row) },
    })
  await drainSoon(ctx, ctx.organizationId)
  return viewOf(row)
}

const viewOf = ({ policy, version, changedAt, changedByName }: MaskingRow): MaskingPolicy => ({
  ...policy,
  version,
  changedAt: isoOrNull(changedAt),
  changedByName,
})
