import type { OrganizationContext } from '../../../platform/context.ts'
import { randomToken } from '../../../platform/secrets.ts'
import { iso } from '../../../platform/time.ts'
import { drainSoon } from '../drain.ts'
import { auditStatement } from '../record.ts'
import type { PublicAddress } from './contract.ts'
import { addressOf, closeStatement, openStatement } from './store.ts'

export const publicAddress = async (ctx: OrganizationContext): Promise<PublicAddress> => {
  const row = await addressOf(ctx.db, ctx.organizationId)
  return {
    url: row && new URL(`/api/v1/audit/public/${row.token}`, ctx.config.publicUrl).href,
    openedAt: row && iso(row.openedAt),
    openedByName: row?.openedByName ?? null,
  }
}

/** Opens the log to whoever is given the address, under a new one; open already, it stays as it is. */
export const openPublicAddress = async (ctx: OrganizationContext): Promise<PublicAddress> => {
  const row = {
    organizationId: ctx.organizationId,
    token: randomToken(),
    openedAt: ctx.now().getTime(),
    openedByName: ctx.actorName,
  }
  await ctx.db.batch([openStatement(ctx.db, row), auditStatement(ctx, 'audit.public-opened', {}, { risk: 'high' })])
  await drainSoon(ctx, ctx.organizationId)
  return publicAddress(ctx)
}

/** From its commit on the address is nobody's; closed already, nothing happens. */
export const closePublicAddress = async (ctx: OrganizationContext): Promise<PublicAddress> => {
  await ctx.db.batch([
    closeStatement(ctx.db, ctx.organizationId),
    auditStatement(ctx, 'audit.public-closed', {}, { risk: 'medium' }),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return publicAddress(ctx)
}
