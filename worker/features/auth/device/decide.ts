import type { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { perAccount, takeRate } from '../../rate-limits/index.ts'
import type { DeviceRequest } from '../contract.ts'
import { decideStatement, findPendingRequest } from './store.ts'
import { readUserCode, showUserCode } from './user-code.ts'

/** What the person is about to approve. Throws `not_found`; guesses are counted (RFC 8628 §5.1). */
export const showDeviceRequest = async (
  ctx: OrganizationContext,
  typed: string,
): Promise<z.infer<typeof DeviceRequest>> => {
  const { userCode, clientId, ipAddress, scopes, expiresAt } = await pendingRequest(ctx, typed)
  return {
    userCode: showUserCode(userCode),
    clientId,
    ipAddress,
    scopes: scopes === null ? null : scopes.split(' '),
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

/** Approves a device for the person and the organization they are in, or refuses it. One decision wins. */
export const decideDevice = async (ctx: OrganizationContext, typed: string, approve: boolean): Promise<void> => {
  const { userCode, clientId } = await pendingRequest(ctx, typed)
  const { organizationId } = ctx
  const decision = {
    state: approve ? ('approved' as const) : ('denied' as const),
    userId: ctx.actor.id,
    organizationId,
  }
  const [decided] = await ctx.db.batch([
    decideStatement(ctx.db, userCode, decision, ctx.now().getTime()).returning(),
    auditStatement(ctx, approve ? 'device.approved' : 'device.denied', { clientId }, { risk: 'medium' }),
  ])
  if (decided.length === 0) throw new AppError('already_decided', 'This device was decided about already.')
  await drainSoon(ctx, organizationId)
}

const pendingRequest = async (ctx: OrganizationContext, typed: string) => {
  await takeRate(ctx, [perAccount('device', ctx.actor.id, 30, 15)])
  const request = await findPendingRequest(ctx.db, readUserCode(typed), ctx.now().getTime())
  if (!request) throw notFound('Code')
  return request
}
