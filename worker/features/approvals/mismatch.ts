import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import { canonical } from '../../platform/canonical.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { GatewayApproval } from '../connectors/link/events/contract.ts'
import { deliveryOf } from './deliver.ts'
import { eventFacts } from './enter.ts'
import type { ApprovalRow } from './schema.ts'
import { moveApprovalStatement } from './store.ts'

const toldLengthMax = 2_000

/** What is about to be done, or was. */
export interface Subject {
  action?: string
  command: string
  arguments?: Record<string, unknown> | null
  cwd: string | null
}

/** What of a subject is not what was shown; null when all of it is. */
export const differenceOf = (shown: ApprovalRow, found: Subject): { shown: string; found: string } | null => {
  const names = (['action', 'command', 'arguments', 'cwd'] as const).filter(
    (name) => found[name] !== undefined && canonical([found[name]]) !== canonical([shown[name]]),
  )
  if (names.length === 0) return null
  const told = (subject: Subject) =>
    canonical(Object.fromEntries(names.map((name) => [name, subject[name] ?? null]))).slice(0, toldLengthMax)
  return { shown: told(shown), found: told(found) }
}

/**
 * What was shown is not what is, or would be, done: the decision does not count, or nobody can make one any more. One
 * event, however often it is told.
 */
export const disown = async (
  ctx: OrganizationContext,
  approval: ApprovalRow,
  difference: { shown: string; found: string },
): Promise<void> => {
  const facts = { ...eventFacts(approval), risk: 'high' as const }
  const mismatched = () => auditStatement(ctx, 'approval.mismatched', { approvalId: approval.id, ...difference }, facts)
  await ctx.db.batch([
    moveApprovalStatement(ctx, approval.id, ['pending'], { state: 'expired', stateReason: 'changed' }),
    mismatched(),
    moveApprovalStatement(ctx, approval.id, ['decided', 'delivered'], {
      state: 'undeliverable',
      stateReason: 'mismatch',
    }),
    mismatched(),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

/**
 * Whether a gateway tells of the same request again. Tool and arguments come from a plugin, which may be silent once
 * and not the other time: silence is no difference.
 */
export const isSameRequest = (known: ApprovalRow, request: GatewayApproval): boolean =>
  known.source === request.source &&
  known.seen.agent.externalId === (request.agent ?? '') &&
  known.host === request.host &&
  known.resolvedPath === request.resolvedPath &&
  differenceOf(known, subjectOf(known, request)) === null

const subjectOf = (known: ApprovalRow, { tool, arguments: given, command, cwd }: GatewayApproval): Subject => ({
  command,
  cwd,
  ...(tool !== null && known.action !== untold && { action: tool }),
  ...(given !== null && known.arguments !== null && { arguments: given }),
})

/** The action of a tool that nobody has named. */
export const untold = 'plugin'

/** A gateway tells a request again, and it is another one now: whatever was decided, the gateway is told to deny. */
export const closeChanged = async (
  ctx: OrganizationContext,
  known: ApprovalRow,
  request: GatewayApproval,
): Promise<QueuedCommand | null> => {
  const { agent, host, resolvedPath } = request
  const around = {
    shown: canonical({ agent: known.seen.agent.externalId, host: known.host, resolvedPath: known.resolvedPath }),
    found: canonical({ agent, host, resolvedPath }),
  }
  await disown(ctx, known, differenceOf(known, subjectOf(known, request)) ?? around)
  return deliveryOf(known, 'reject', { forGateway: false })
}
