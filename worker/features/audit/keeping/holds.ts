import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { drainAudit } from '../drain.ts'
import { auditInputNow } from '../record.ts'
import type { Hold, PlaceHold } from './contract.ts'
import { holdView } from './views.ts'

const holdsInForceMax = 200

/** From now on nothing of this is erased or destroyed. Throws `conflict` when there are too many holds to be meant. */
export const placeHold = async (ctx: OrganizationContext, { name, reason, ...range }: PlaceHold): Promise<Hold> => {
  await drainAudit(ctx, ctx.organizationId)
  const log = auditLog(ctx.env, ctx.organizationId)
  const { holds } = await log.keeping()
  if (holds.filter(({ releasedAt }) => releasedAt === null).length >= holdsInForceMax)
    throw new AppError('conflict', `There are ${holdsInForceMax} holds in force: release some first.`)
  const id = ctx.newId('hld')
  const [from, to, agentId] = [range.from ?? null, range.to ?? null, range.agentId ?? null]
  const told = { holdId: id, name, reason, from, to, agentId }
  const event = await auditInputNow(ctx, 'audit.hold-placed', told, { target: id, agentId, risk: 'high' })
  const times = { from: from === null ? null : Date.parse(from), to: to === null ? null : Date.parse(to) }
  const hold = { id, name, reason, agentId, placedByName: ctx.actorName, ...times }
  return holdView(await log.placeHold(hold, event))
}

/** Releases a hold; released before, it answers the same. Throws `not_found`. */
export const releaseHold = async (ctx: OrganizationContext, id: string, reason: string): Promise<Hold> => {
  const log = auditLog(ctx.env, ctx.organizationId)
  const hold = (await log.keeping()).holds.find((each) => each.id === id)
  if (!hold) throw notFound('Hold')
  const told = { holdId: id, name: hold.name, reason }
  const event = await auditInputNow(ctx, 'audit.hold-released', told, { target: id, risk: 'high' })
  const released = await log.releaseHold(id, ctx.actorName, reason, event)
  if (!released) throw notFound('Hold')
  return holdView(released)
}
