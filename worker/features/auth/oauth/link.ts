import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { always } from '../../../platform/db.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { findUser, type User } from '../../users/index.ts'
import { countPasskeys } from '../me/store.ts'
import { findPasswordHash } from '../passwords/store.ts'
import { findSession } from '../sessions/store.ts'
import { workplaceOf } from '../sessions/workplace.ts'
import type { ProviderName, ProviderUser } from './provider.ts'
import { deleteIdentityStatement, findIdentity, insertIdentityStatement, type OauthState } from './store.ts'

/** Links a provider's account to a person. Throws `conflict` when either is linked already. */
export const linkIdentity = async (ctx: RequestContext, provider: ProviderName, person: ProviderUser, user: User) => {
  const { organizationId } = await workplaceOf(ctx, user)
  const within = actingFor(ctx, organizationId, { kind: 'member', id: user.id })
  const row = { provider, subject: person.subject, userId: user.id, createdAt: ctx.now().getTime() }
  const [linked] = await ctx.db.batch([
    insertIdentityStatement(ctx.db, row, always).returning(),
    auditStatement(within, 'user.provider-linked', { provider }, { target: user.id, risk: 'medium' }),
  ])
  if (linked.length === 0) throw new AppError('conflict', 'One of the two accounts is linked already.')
  await drainSoon(ctx, organizationId)
}

/** Links to the person whose session began the flow, if it still lives. Linking the same twice is fine. */
export const linkToSession = async (ctx: RequestContext, flow: OauthState, person: ProviderUser): Promise<void> => {
  const session = await findSession(ctx.db, flow.sessionId ?? '')
  const user = session?.revokedAt === null ? await findUser(ctx.db, session.userId) : undefined
  if (!user) throw new AppError('expired', 'The session that began this has ended.')
  const known = await findIdentity(ctx.db, flow.provider, person.subject)
  if (known?.userId !== user.id) await linkIdentity(ctx, flow.provider, person, user)
}

/** Takes a link back. Throws `not_found`, and `conflict` when it is the person's only way in. */
export const unlinkProvider = async (ctx: OrganizationContext, provider: ProviderName): Promise<void> => {
  const userId = ctx.actor.id
  if ((await findPasswordHash(ctx.db, userId)) === null && (await countPasskeys(ctx.db, userId)) === 0)
    throw new AppError('conflict', 'Set a password or add a passkey first: this is your only way in.')
  const [unlinked] = await ctx.db.batch([
    deleteIdentityStatement(ctx.db, userId, provider).returning(),
    auditStatement(ctx, 'user.provider-unlinked', { provider }, { target: userId, risk: 'medium' }),
  ])
  if (unlinked.length === 0) throw notFound('Link')
  await drainSoon(ctx, ctx.organizationId)
}
