import type { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { requestApproval } from '../request.ts'
import { confirmApproval } from './confirm.ts'
import { RequestApproval } from './contract.ts'

const decideWithinMs = 24 * 3_600_000
/** How often the same may be asked for anew after an approval lapsed or was used without effect. */
const requestsMax = 20
const over: ReadonlySet<string> = new Set(['confirmed', 'expired', 'undeliverable'])

/** What is to be approved, exactly: arguments that differ in anything are another subject. */
type Subject = Pick<z.input<typeof RequestApproval>, 'action' | 'command' | 'arguments' | 'title' | 'agentId'>

/**
 * The approval that something critical and reversible waits for: asked for once for a `key`, which has to name exactly what
 * would be done, such as the digest of its preview. `approved` only when it was allowed, and then it is used up: one that
 * lapsed or was used is asked for anew. Throws `conflict` when it was refused.
 */
export const approvalFor = async (
  ctx: OrganizationContext,
  key: string,
  subject: Subject,
): Promise<{ approvalId: string; approved: boolean }> => {
  const request = RequestApproval.parse({
    ...subject,
    title: subject.title?.slice(0, 300),
    command: subject.command?.slice(0, 32_000),
    risk: 'critical',
    reversibility: 'reversible',
    expiresInMs: decideWithinMs,
  })
  const { action, command, arguments: given } = request
  let idempotencyKey = key
  for (let asked = 1; asked <= requestsMax; asked++) {
    const { row } = await requestApproval(ctx, request, { idempotencyKey })
    if (row.state === 'pending') return { approvalId: row.id, approved: false }
    if (row.outcome === 'reject' || !over.has(row.state)) {
      await confirmApproval(ctx, row.id, { action, command, arguments: given, cwd: null })
      return { approvalId: row.id, approved: true }
    }
    idempotencyKey = `${key}:${row.id}`
  }
  throw new Error('asked for too often')
}
