import { Webhook } from 'standardwebhooks'
import type { OrganizationContext } from '../../../platform/context.ts'
import { log, logFault } from '../../../platform/log.ts'
import { type Outbound, postOutbound } from '../../../platform/outbound.ts'
import { seal, unseal } from '../../../platform/seal.ts'
import { iso } from '../../../platform/time.ts'
import { drainSoon } from '../../audit/index.ts'
import type { StateReason } from '../contract.ts'
import { deliveredStatements, undeliverableStatements } from '../deliver.ts'
import type { ApprovalRow } from '../schema.ts'
import { getApprovalRow } from '../store.ts'
import { viewDecision } from '../view.ts'
import { backoffMs, toldOf } from './rules.ts'
import { deleteCallbackStatement, postponeCallback, takeCallback } from './store.ts'

const leaseMs = 60_000
const purposeOf = (approvalId: string) => `approval-callback:${approvalId}`

/** Where and with which secret the requester wants to be told, as it is kept: the secret sealed. */
export const sealedCallback = async (
  ctx: OrganizationContext,
  approvalId: string,
  { url, secret }: { url: string; secret: string },
) => ({ approvalId, url, secret: await seal(ctx.config, purposeOf(approvalId), secret) })

/**
 * Tells the requester how its approval ended, by a signed POST (Standard Webhooks): at least once, under an id that is
 * the same for the same end. Any 2xx is the receipt, and the decision is delivered; 410 and a day of failures give up.
 */
export const sendCallback = async (ctx: OrganizationContext, approvalId: string): Promise<void> => {
  const approval = await getApprovalRow(ctx, approvalId)
  const told = toldOf(approval.state)
  const now = ctx.now()
  if (told === null) return
  const callback = await takeCallback(ctx, approvalId, now.getTime(), now.getTime() + leaseMs)
  if (!callback) return
  // A crash from here on sends it again when the lease is over.
  const outbound = await post(ctx, callback, `${approvalId}.${told}`, bodyOf(approval, told, now), now)
  log('approval.callback', { approvalId, attempt: callback.attempts, outcome: statusOf(outbound) })
  await conclude(ctx, approval, callback.attempts, outbound)
}

/** Whatever keeps it from going out counts as a failed attempt, so that it ends some day. */
const post = async (
  ctx: OrganizationContext,
  callback: { approvalId: string; url: string; secret: string },
  id: string,
  body: string,
  now: Date,
): Promise<Outbound> => {
  try {
    const secret = await unseal(ctx.config, purposeOf(callback.approvalId), callback.secret)
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    }
    return await postOutbound(callback.url, { headers, body, allowPrivate: ctx.config.outboundPrivate })
  } catch (error) {
    logFault('approval.callback-failed', error, { approvalId: callback.approvalId })
    return { ok: false, because: 'internal' }
  }
}

const conclude = async (ctx: OrganizationContext, approval: ApprovalRow, attempts: number, outbound: Outbound) => {
  const now = ctx.now().getTime()
  const status = outbound.ok ? outbound.status : 0
  const waitMs = backoffMs(attempts, Math.random())
  if (status >= 200 && status < 300)
    await ctx.db.batch([...deliveredStatements(ctx, approval, now), deleteCallbackStatement(ctx, approval.id)])
  else if (status === 410 || waitMs === null) {
    const reason: StateReason = status === 410 ? 'callback_gone' : 'callback_failed'
    await ctx.db.batch([...undeliverableStatements(ctx, approval, reason), deleteCallbackStatement(ctx, approval.id)])
  } else return void (await postponeCallback(ctx, approval.id, now + waitMs, statusOf(outbound)))
  await drainSoon(ctx, ctx.organizationId)
}

const statusOf = (outbound: Outbound): string => (outbound.ok ? String(outbound.status) : outbound.because)

const bodyOf = (row: ApprovalRow, told: 'decided' | 'expired' | 'undeliverable', now: Date): string =>
  JSON.stringify({
    type: `approval.${told}`,
    timestamp: iso(row.decidedAt ?? now.getTime()),
    data: {
      id: row.id,
      state: told,
      stateReason: row.stateReason,
      action: row.action,
      digest: row.digest,
      decision: viewDecision(row),
    },
  })
