import { canonical } from '../../platform/canonical.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError, keyOfAnother, notFound } from '../../platform/errors.ts'
import { refusedTarget } from '../../platform/outbound.ts'
import { digestOf } from '../../platform/secrets.ts'
import { drainSoon } from '../audit/index.ts'
import { sealedCallback } from './callback/send.ts'
import { insertCallbackStatement } from './callback/store.ts'
import { wakeClock } from './clock.ts'
import { deliverDecisions } from './deliver.ts'
import { type Entered, enter } from './enter.ts'
import { patternOf } from './pattern.ts'
import type { RequestApproval } from './requester/contract.ts'
import { assessRisk } from './risk.ts'
import type { NewRequest } from './rule-on.ts'
import type { ApprovalRow } from './schema.ts'
import { describeAgentStatement } from './store.ts'

/** How long after its deadline a decision waits to be collected by who asked for it. */
const collectWithinMs = 86_400_000
const depthMax = 32
const nobody: ApprovalRow['seen'] = { agent: { externalId: '', name: '', model: '' }, connector: { name: '' } }

/**
 * Asks for an approval: the verb of `POST /approvals` and of every feature that needs one. The same key and content
 * again answer the same approval, with `isNew` false; at once or after a crash. Throws `idempotency_conflict` for the
 * same key with another content, `not_found` for an agent of nobody here, `invalid` for what cannot be kept or called
 * back. A rule or a grant may have decided already when it resolves.
 */
export const requestApproval = async (
  ctx: OrganizationContext,
  request: RequestApproval,
  { idempotencyKey }: { idempotencyKey: string },
): Promise<Entered> => {
  refuseCallback(ctx, request)
  refuseDepth(request)
  const requestDigest = contentDigest(request)
  const seen = await seenNow(ctx, request.agentId)
  const row = rowOf(ctx, request, { idempotencyKey, requestDigest, seen })
  const kept = request.callback && (await sealedCallback(ctx, row.id, request.callback))
  const entered = await enter(ctx, row, {
    told: { by: 'key', requestedById: ctx.actor.id, idempotencyKey },
    tellOpened: true,
    alongside: kept ? [insertCallbackStatement(ctx, kept)] : [],
  })
  if (entered.row.requestDigest !== requestDigest) throw keyOfAnother({ approvalId: entered.row.id })
  if (!entered.isNew) return entered
  // Committed. What a crash from here on leaves undone is found by cron.
  const { outcome, expiresAt, escalatesAt } = entered.row
  if (outcome === null) wakeClock(ctx, Math.min(expiresAt, escalatesAt ?? expiresAt))
  else await deliverDecisions(ctx, [entered.row])
  await drainSoon(ctx, ctx.organizationId)
  return entered
}

const refuseCallback = ({ config }: OrganizationContext, { callback }: RequestApproval): void => {
  const refused = callback && refusedTarget(callback.url, { allowPrivate: config.outboundPrivate })
  if (refused)
    throw new AppError('invalid', 'The callback cannot be called.', {
      errors: [{ path: 'callback.url', message: refused }],
    })
}

/** What nests deeper than anyone could read is not taken; it would not survive storage either. */
const refuseDepth = ({ arguments: given }: RequestApproval): void => {
  if (isDeeper(given, depthMax))
    throw new AppError('invalid', 'The arguments cannot be shown.', {
      errors: [{ path: 'arguments', message: `nested deeper than ${depthMax} levels` }],
    })
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((held) => isDeeper(held, levels - 1)))

const contentDigest = (request: RequestApproval): string => {
  try {
    return digestOf(canonical(request))
  } catch {
    throw new AppError('invalid', 'All text must be well-formed Unicode.')
  }
}

/** The agent and its connector as they are called now. */
const seenNow = async (ctx: OrganizationContext, agentId: string | null): Promise<ApprovalRow['seen']> => {
  if (agentId === null) return nobody
  const [described] = await describeAgentStatement(ctx, agentId)
  if (!described) throw notFound('Agent')
  return { agent: described.agent, connector: nobody.connector }
}

const rowOf = (
  ctx: OrganizationContext,
  request: RequestApproval,
  own: { idempotencyKey: string; requestDigest: string; seen: ApprovalRow['seen'] },
): NewRequest => {
  const { action, command, arguments: given } = request
  const asked = { source: 'api' as const, action, command, arguments: given }
  const { risk, reasons, impact, reversibility } = assessRisk({
    ...asked,
    riskKinds: [],
    warningLines: [],
    stated: { risk: request.risk, reversibility: request.reversibility },
  })
  const now = ctx.now().getTime()
  const decideBy = now + request.expiresInMs
  return {
    ...asked,
    ...own,
    id: ctx.newId('apr'),
    organizationId: ctx.organizationId,
    connectorId: null,
    externalId: null,
    title: request.title,
    requestedByKind: ctx.actor.kind === 'api_key' || ctx.actor.kind === 'system' ? ctx.actor.kind : 'member',
    requestedById: ctx.actor.id,
    requestedByName: ctx.actorName,
    requestedByUser: ctx.person?.id ?? null,
    agentId: request.agentId,
    sessionKey: request.sessionKey,
    traceId: ctx.traceId,
    risk,
    riskReasons: reasons,
    impact,
    impactText: request.impact,
    reversibility,
    costEstimate:
      request.costMicroUsd === null
        ? null
        : { amountMicroUsd: request.costMicroUsd, currency: 'USD', basis: 'requester', samples: 0 },
    pattern: patternOf(asked),
    cwd: request.cwd,
    host: request.host,
    resolvedPath: null,
    warnings: [],
    evidence: request.evidence,
    allowedOutcomes: ['allow_once', 'allow_always', 'reject'],
    gatewayOffersAlways: false,
    hasCallback: request.callback !== null,
    requestedAt: now,
    requesterWaitsUntil: decideBy + collectWithinMs,
    decideBy,
  }
}
