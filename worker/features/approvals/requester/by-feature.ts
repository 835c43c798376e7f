import type { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { refused } from '../decision/cast.ts'
import { decideApproval } from '../decision/decide.ts'
import { readApproval } from '../reading/store.ts'
import { requestApproval } from '../request.ts'
import { confirmApproval } from './confirm.ts'
import { RequestApproval } from './contract.ts'
import { getOwnApproval } from './mine.ts'
import { withdrawApproval } from './withdraw.ts'

/**
 * Asks for an approval of something critical that takes effect without whoever asked: once for a key. Answers the
 * approval's id; `takeApproval` tells what became of it.
 */
export const askFor = async (
  ctx: OrganizationContext,
  key: string,
  subject: Pick<z.input<typeof RequestApproval>, 'action' | 'title' | 'arguments' | 'impact' | 'expiresInMs'>,
): Promise<string> => {
  const request = RequestApproval.parse({
    ...subject,
    title: subject.title?.slice(0, 300),
    risk: 'critical',
    reversibility: 'reversible',
  })
  return (await requestApproval(ctx, request, { idempotencyKey: key })).row.id
}

/** Decides it at once where the caller is one of those who may, alone and without a signature; else it waits. */
export const allowIfMay = async (ctx: OrganizationContext, id: string, reason: string): Promise<void> => {
  const approval = await readApproval(ctx, id)
  const ballot = { approvalId: id, outcome: 'allow_once' as const, digest: approval.digest, reason }
  if (refused(ctx, approval, ballot) === null) await decideApproval(ctx, id, ballot)
}

/** What became of what the caller asked for. Allowed, it is used up; used already, it is allowed once more. */
export const takeApproval = async (
  ctx: OrganizationContext,
  id: string,
): Promise<'waiting' | 'allowed' | 'refused'> => {
  const row = await getOwnApproval(ctx, id)
  if (row.state === 'pending') return 'waiting'
  if (row.outcome === null || row.outcome === 'reject' || row.state === 'undeliverable') return 'refused'
  if (row.state === 'confirmed') return 'allowed'
  const { action, command, arguments: given, cwd } = row
  await confirmApproval(ctx, id, { action, command, arguments: given, cwd })
  return 'allowed'
}

/** Takes back what nobody has decided; what somebody has stays as it is. */
export const withdrawIfPending = async (ctx: OrganizationContext, id: string): Promise<void> => {
  try {
    await withdrawApproval(ctx, id)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
}
