import type { OrganizationContext } from '../../../platform/context.ts'
import { RequestApproval } from '../../approvals/contract.ts'
import { confirmApproval, requestApproval } from '../../approvals/index.ts'
import type { RequestRestore } from './contract.ts'

const decideWithinMs = 24 * 3_600_000
/** How often one plan may be asked for anew after an approval lapsed or was used without effect. */
const requestsMax = 20
const over: ReadonlySet<string> = new Set(['confirmed', 'expired', 'undeliverable'])

/**
 * Asks for what a critical restore needs, once for a plan: another package, another choice or another state of the gateway
 * is another digest. Answers `approved` only when it was allowed, and then it is used up. Throws `conflict` when it was
 * refused.
 */
export const approvalFor = async (
  ctx: OrganizationContext,
  connector: { id: string; name: string },
  { mode, sections, agents, planDigest, packageId, summary, changes }: RequestRestore,
): Promise<{ approvalId: string; approved: boolean }> => {
  const subject = {
    action: 'gateway.restore',
    command: summary.join('\n').slice(0, 32_000),
    arguments: { connectorId: connector.id, packageId, mode, sections, agents: agents.length, changes, planDigest },
  }
  const request = RequestApproval.parse({
    ...subject,
    title: `Restore ${connector.name} from a package (${mode}, ${changes} changes)`.slice(0, 300),
    risk: 'critical',
    reversibility: 'reversible',
    expiresInMs: decideWithinMs,
  })
  let idempotencyKey = `artifact-restore:${connector.id}:${planDigest}`
  for (let asked = 1; asked <= requestsMax; asked++) {
    const { row } = await requestApproval(ctx, request, { idempotencyKey })
    if (row.state === 'pending') return { approvalId: row.id, approved: false }
    if (row.outcome === 'reject' || !over.has(row.state)) {
      await confirmApproval(ctx, row.id, { ...subject, cwd: null })
      return { approvalId: row.id, approved: true }
    }
    idempotencyKey = `artifact-restore:${connector.id}:${planDigest}:${row.id}`
  }
  throw new Error('asked for too often')
}
