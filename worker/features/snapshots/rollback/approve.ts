import type { OrganizationContext } from '../../../platform/context.ts'
import type { DescribedAgent } from '../../agents/index.ts'
import { RequestApproval } from '../../approvals/contract.ts'
import { confirmApproval, requestApproval } from '../../approvals/index.ts'
import type { RollbackPlan } from './plan.ts'

const decideWithinMs = 24 * 3_600_000
const toldPathsMax = 200
/** How often one rollback may be asked for anew after an approval lapsed or was used without effect. */
const requestsMax = 20
const over: ReadonlySet<string> = new Set(['confirmed', 'expired', 'undeliverable'])

/**
 * Asks for what a critical rollback needs, once for a preview: another state of the gateway, another version or another
 * choice is another digest. Resolves with `approved` only when it was allowed, and then it is used up. Throws `conflict`
 * when it was refused.
 */
export const approvalFor = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { scope, to, live, changes, digest }: RollbackPlan,
): Promise<{ approvalId: string; approved: boolean }> => {
  const subject = {
    action: 'config.rollback',
    command: changes
      .slice(0, toldPathsMax)
      .map(({ kind, path }) => `${kind} ${path}`)
      .join('\n')
      .slice(0, 32_000),
    arguments: { agentId: agent.id, scope, from: live.version, to: to.version, digest },
  }
  const request = RequestApproval.parse({
    ...subject,
    title: `Put ${agent.displayName ?? agent.name} back to version ${to.version}`.slice(0, 300),
    agentId: agent.id,
    risk: 'critical',
    reversibility: 'reversible',
    expiresInMs: decideWithinMs,
  })
  let idempotencyKey = `config-rollback:${digest}`
  for (let asked = 1; asked <= requestsMax; asked++) {
    const { row } = await requestApproval(ctx, request, { idempotencyKey })
    if (row.state === 'pending') return { approvalId: row.id, approved: false }
    if (row.outcome === 'reject' || !over.has(row.state)) {
      await confirmApproval(ctx, row.id, { ...subject, cwd: null })
      return { approvalId: row.id, approved: true }
    }
    idempotencyKey = `config-rollback:${digest}:${row.id}`
  }
  throw new Error('asked for too often')
}
