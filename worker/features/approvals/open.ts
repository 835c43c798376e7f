import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'
import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { GatewayApproval } from '../connectors/link/contract.ts'
import { defaultAsk } from '../rules/contract.ts'
import { assessRisk } from './risk.ts'
import { outcomeOf, type Shown, traceOfRun } from './rules.ts'
import { approvalRowsByExternalId, insertApprovalStatement } from './store.ts'

export interface OpenedApproval {
  id: string
  risk: 'low' | 'medium' | 'high' | 'critical'
  traceId: string | null
}

/**
 * Makes a gateway's request an approval. Told twice it is one: the second time answers the first. `told` is the event
 * that the caller appends itself; a request that only reconciliation found gets its `approval.opened` here.
 */
export const openApproval = async (
  ctx: OrganizationContext,
  connectorId: string,
  agentId: string | null,
  request: GatewayApproval,
  { foundByReconciliation }: { foundByReconciliation: boolean },
): Promise<OpenedApproval> => {
  const known = () => approvalRowsByExternalId(ctx, connectorId, [request.externalId])
  // A list of all that is pending mostly repeats what was told; a request that comes by itself is new as a rule.
  const [told] = foundByReconciliation ? await known() : []
  if (told) return opened(told)
  const { risk, reasons } = assessRisk(request)
  const expiresAt = Date.parse(request.expiresAt)
  const shown = {
    source: request.source,
    connectorId,
    externalId: request.externalId,
    agent: request.agent,
    sessionKey: request.sessionKey,
    command: request.command,
    cwd: request.cwd,
    host: request.host,
    resolvedPath: request.resolvedPath,
    risk,
    expiresAt,
  } satisfies Shown
  const row = {
    id: ctx.newId('apr'),
    organizationId: ctx.organizationId,
    connectorId,
    externalId: request.externalId,
    source: request.source,
    action: request.tool ?? (request.source === 'openclaw.exec' ? 'exec' : 'plugin'),
    requestedByKind: 'connector' as const,
    requestedById: connectorId,
    requestedByName: '',
    seen: { agent: { externalId: request.agent ?? '', name: '', model: '' }, connector: { name: '' } },
    impact: [],
    reversibility: 'unknown' as const,
    pattern: '',
    evidence: [],
    ruleSetVersion: 0,
    ask: defaultAsk,
    shadowed: [],
    requesterWaitsUntil: expiresAt,
    agentId,
    sessionKey: request.sessionKey,
    traceId: traceOfRun(request.runId),
    state: 'pending' as const,
    risk,
    riskReasons: reasons,
    command: request.command,
    cwd: request.cwd,
    host: request.host,
    resolvedPath: request.resolvedPath,
    warnings: request.warning === null ? request.warningLines : [request.warning, ...request.warningLines],
    // Allow always needs rules and grants of our own, which say what it covers: it is not offered without them.
    allowedOutcomes: request.allowedDecisions.filter((decision) => decision !== 'allow-always').map(outcomeOf),
    digest: digestOf(shown),
    requestedAt: Date.parse(request.requestedAt),
    expiresAt,
  }
  const insert = insertApprovalStatement(ctx, row)
  if (!foundByReconciliation) {
    const [, [stored]] = await ctx.db.batch([insert, known()])
    return opened(stored ?? row)
  }
  const event = {
    approvalId: row.id,
    source: row.source,
    action: row.action,
    title: null,
    command: row.command.slice(0, 4_000),
    digest: row.digest,
    expiresAt: request.expiresAt,
    verdict: 'ask' as const,
    ruleId: null,
    ruleSetVersion: 0,
    grantId: null,
  }
  const facts = { target: row.id, agentId, connectorId, risk, traceId: row.traceId }
  const [, , [stored]] = await ctx.db.batch([insert, auditStatement(ctx, 'approval.opened', event, facts), known()])
  await drainSoon(ctx, ctx.organizationId)
  return opened(stored ?? row)
}

const opened = ({ id, risk, traceId }: OpenedApproval): OpenedApproval => ({ id, risk, traceId })

/** SHA-256 over the canonical form (RFC 8785) of what is shown, hex. */
const digestOf = (shown: Shown): string => bytesToHex(sha256(new TextEncoder().encode(canonicalize(shown))))
