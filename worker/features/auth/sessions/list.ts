import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import type { Session } from '../contract.ts'
import { listSessions } from './store.ts'

/** Where the caller is signed in, the latest first. */
export const listMySessions = async (ctx: OrganizationContext): Promise<Session[]> => {
  const rows = await listSessions(ctx.db, ctx.actor.id, ctx.now().getTime())
  return rows.map(({ id, kind, userAgent, ipAddress, createdAt, lastUsedAt, expiresAt }) => ({
    id,
    current: id === ctx.sessionId,
    kind,
    userAgent,
    ipAddress,
    createdAt: iso(createdAt),
    lastUsedAt: iso(lastUsedAt),
    expiresAt: iso(expiresAt),
  }))
}
