import type { OrganizationContext } from '../../platform/context.ts'
import type { Risk } from '../../platform/contract.ts'
import { landed } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { isoOrNull } from '../../platform/time.ts'
import { auditStatement } from '../audit/index.ts'
import type { RequestFacts } from '../rules/contract.ts'
import type { GrantDraft } from './contract.ts'
import { type Unfit, unfitOf } from './rules.ts'
import type { GrantRow } from './schema.ts'
import { insertGrantWhere } from './store.ts'

const sentences: Record<Unfit, { path: string; message: string }> = {
  not_covered: { path: 'grant.pattern', message: 'does not cover the request itself' },
  risk_above: { path: 'grant.pattern.riskMax', message: 'is above the risk of the request' },
  too_wide: { path: 'grant.pattern', message: 'what is critical is granted exactly or not at all' },
}

/**
 * Throws `invalid` for a grant that a person must not make of this request: it does not cover the request itself, goes
 * beyond the request's risk, or reaches further than exactly a critical one.
 */
export const refuseUnfitGrant = (draft: GrantDraft, facts: RequestFacts): void => {
  const unfit = unfitOf(draft.pattern, facts)
  if (unfit) throw new AppError('invalid', 'The grant does not fit the request.', { errors: [sentences[unfit]] })
}

/** The row of a grant that the caller makes of an approval; checked by `refuseUnfitGrant` before. */
export const newGrant = (
  ctx: OrganizationContext,
  approval: { id: string; connectorId: string | null },
  { pattern, expiresInMs, usesMax, atGateway }: GrantDraft,
): GrantRow => {
  const now = ctx.now().getTime()
  const wanted = atGateway && approval.connectorId !== null
  return {
    id: ctx.newId('grn'),
    organizationId: ctx.organizationId,
    pattern,
    agentId: pattern.agentId,
    connectorId: wanted ? approval.connectorId : pattern.connectorId,
    approvalId: approval.id,
    createdByKind: ctx.actor.kind === 'api_key' ? 'api_key' : 'member',
    createdById: ctx.actor.id,
    createdByName: ctx.actorName,
    createdAt: now,
    expiresAt: now + expiresInMs,
    usesMax,
    uses: 0,
    lastUsedAt: null,
    revokedAt: null,
    revokedById: null,
    revokedByName: null,
    revokeReason: null,
    endedAt: null,
    gateway: wanted ? 'wanted' : 'none',
    gatewayRef: null,
    gatewayAt: null,
  }
}

/** For the batch of the decision: directly behind a guarded write (or behind its audit statement), and only if it landed. */
export const insertGrantStatement = (ctx: OrganizationContext, row: GrantRow) => insertGrantWhere(ctx, row, landed)

/** The event of a new grant: directly behind `insertGrantStatement`. */
export const grantCreatedStatement = (ctx: OrganizationContext, row: GrantRow, risk: Risk = row.pattern.riskMax) =>
  auditStatement(
    ctx,
    'grant.created',
    {
      grantId: row.id,
      approvalId: row.approvalId,
      pattern: row.pattern,
      expiresAt: isoOrNull(row.expiresAt),
      usesMax: row.usesMax,
      atGateway: row.gateway !== 'none',
    },
    { target: row.id, agentId: row.agentId, connectorId: row.connectorId, risk },
  )
