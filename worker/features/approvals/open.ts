import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import type { Risk } from '../../platform/contract.ts'
import { drainSoon } from '../audit/index.ts'
import type { GatewayApproval } from '../connectors/link/events/contract.ts'
import { wakeClock } from './clock.ts'
import type { CostEstimate } from './contract.ts'
import { deliveryOf } from './deliver.ts'
import { type Entered, type Entering, enter } from './enter.ts'
import { closeChanged, isSameRequest, untold } from './mismatch.ts'
import { patternOf } from './pattern.ts'
import { assessRisk } from './risk.ts'
import type { NewRequest } from './rule-on.ts'
import { outcomeOf } from './rules.ts'
import type { ApprovalRow } from './schema.ts'
import { connectorNameStatement, describeAgentStatement, toldStatement } from './store.ts'
import { traceOfRun } from './trace-of-run.ts'

export interface OpenedApproval {
  id: string
  risk: Risk
  traceId: string | null
  /** What the gateway is to be told at once: a rule or a grant has answered, or the request is refused for what it is. */
  command: QueuedCommand | null
}

interface Opening extends Pick<Entering, 'requested'> {
  /** Nobody else tells of the request, so its `approval.opened` comes from here. */
  foundByReconciliation: boolean
  costEstimate?: CostEstimate | null
}

/**
 * Makes a gateway's request an approval. Told twice it is one: the second time answers the first; told with another
 * content, the first one is closed and the gateway is told to deny.
 */
export const openApproval = async (
  ctx: OrganizationContext,
  connectorId: string,
  agentId: string | null,
  request: GatewayApproval,
  { foundByReconciliation, costEstimate = null, requested }: Opening,
): Promise<OpenedApproval> => {
  const told = { by: 'gateway', connectorId, externalId: request.externalId } as const
  const [[known], [connector], [described]] = await ctx.db.batch([
    toldStatement(ctx, told),
    connectorNameStatement(ctx, connectorId),
    describeAgentStatement(ctx, agentId ?? ''),
  ])
  if (known) return again(ctx, known, request)
  const seen = {
    agent: described?.agent ?? { externalId: request.agent ?? '', name: request.agent ?? '', model: '' },
    connector: { name: connector?.name ?? '' },
  }
  const row = rowOf(ctx, connectorId, agentId, request, seen, costEstimate)
  const entered = await enter(ctx, row, { told, tellOpened: foundByReconciliation, requested })
  if (!entered.isNew) return again(ctx, entered.row, request)
  if (foundByReconciliation) await drainSoon(ctx, ctx.organizationId)
  return opened(ctx, entered)
}

const opened = (ctx: OrganizationContext, { row }: Pick<Entered, 'row'>): OpenedApproval => {
  const { id, risk, traceId, outcome } = row
  if (row.state === 'pending') wakeClock(ctx, Math.min(row.expiresAt, row.escalatesAt ?? row.expiresAt))
  const command = row.state === 'decided' && outcome !== null ? deliveryOf(row, outcome, { forGateway: false }) : null
  return { id, risk, traceId, command }
}

const again = async (
  ctx: OrganizationContext,
  known: ApprovalRow,
  request: GatewayApproval,
): Promise<OpenedApproval> => {
  if (isSameRequest(known, request)) {
    const { id, risk, traceId, decidedByKind } = known
    const isAtOnce = decidedByKind === 'rule' || decidedByKind === 'grant'
    return isAtOnce ? opened(ctx, { row: known }) : { id, risk, traceId, command: null }
  }
  const { id, risk, traceId } = known
  return { id, risk, traceId, command: await closeChanged(ctx, known, request) }
}

const rowOf = (
  ctx: OrganizationContext,
  connectorId: string,
  agentId: string | null,
  request: GatewayApproval,
  seen: ApprovalRow['seen'],
  costEstimate: CostEstimate | null,
): NewRequest => {
  const action = request.tool ?? (request.source === 'openclaw.exec' ? 'exec' : untold)
  const asked = { source: request.source, action, command: request.command, arguments: request.arguments }
  const { risk, reasons, impact, reversibility } = assessRisk({
    ...asked,
    riskKinds: request.riskKinds,
    warningLines: request.warningLines,
    stated: null,
  })
  const expiresAt = Date.parse(request.expiresAt)
  const offered = request.allowedDecisions.map(outcomeOf)
  return {
    ...asked,
    id: ctx.newId('apr'),
    organizationId: ctx.organizationId,
    connectorId,
    externalId: request.externalId,
    title: null,
    requestedByKind: 'connector',
    requestedById: connectorId,
    requestedByName: seen.connector.name,
    requestedByUser: null,
    idempotencyKey: null,
    requestDigest: null,
    agentId,
    seen,
    sessionKey: request.sessionKey,
    traceId: traceOfRun(request.rootRunId ?? request.runId),
    risk,
    riskReasons: reasons,
    impact,
    impactText: null,
    reversibility,
    costEstimate,
    pattern: patternOf(asked),
    cwd: request.cwd,
    host: request.host,
    resolvedPath: request.resolvedPath,
    warnings: request.warning === null ? request.warningLines : [request.warning, ...request.warningLines],
    evidence: [],
    // Our grants are what allow always means here, so it is offered wherever allowing is.
    allowedOutcomes: (['allow_once', 'allow_always', 'reject'] as const).filter((outcome) =>
      offered.includes(outcome === 'allow_always' ? 'allow_once' : outcome),
    ),
    gatewayOffersAlways: offered.includes('allow_always'),
    hasCallback: false,
    requestedAt: Date.parse(request.requestedAt),
    requesterWaitsUntil: expiresAt,
    decideBy: expiresAt,
  }
}
