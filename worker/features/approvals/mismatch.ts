import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { GatewayApproval } from '../connectors/link/contract.ts'
import { deliveryOf } from './deliver.ts'
import { eventFacts } from './enter.ts'
import { canonical } from './facts.ts'
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

/** A gateway tells a request again, and it is another one now: whatever was decided, the gateway is told to deny. */
export const closeChanged = async (
  ctx: OrganizationContext,
  known: ApprovalRow,
  request: GatewayApproval,
): Promise<QueuedCommand | null> => {
  const action = request.tool ?? known.action
  const difference = differenceOf(known, { ...request, action })
  const rest = { shown: `digest ${known.requestDigest}`, found: 'another agent, host or executable' }
  await disown(ctx, known, difference ?? rest)
  return deliveryOf(known, 'reject', { forGateway: false })
}
