import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { mailStatement, newMail, sendSoon } from '../../mail/index.ts'
import { perAccount, perAddress, takeRate } from '../../rate-limits/index.ts'
import { findUser, verifyEmailStatement } from '../../users/index.ts'
import { verifyLetter } from './letters.ts'
import { linkGone, newOneTimeToken, ownerOf } from './one-time-token.ts'
import { actingIn } from './reset.ts'
import { spendOneTimeTokenStatement } from './store.ts'

/** The mailed link proves that the address is its person's. Throws `expired`. */
export const verifyEmail = async (ctx: RequestContext, token: string): Promise<void> => {
  await takeRate(ctx, [perAddress(ctx, 'verify-email', 300, 15)])
  const user = await findUser(ctx.db, await ownerOf(ctx, token, 'verify-email'))
  if (!user) throw linkGone()
  const within = await actingIn(ctx, user)
  const [, , spent] = await ctx.db.batch([
    verifyEmailStatement(ctx.db, user.id, ctx.now().getTime()),
    auditStatement(within, 'user.email-verified', {}, { target: user.id }),
    spendOneTimeTokenStatement(ctx.db, digestOf(token)).returning(),
  ])
  if (spent.length === 0) throw linkGone()
  await drainSoon(ctx, within.organizationId)
}

/** Mails the link once more; nothing happens for an address that is verified. */
export const sendVerification = async (ctx: OrganizationContext): Promise<void> => {
  await takeRate(ctx, [perAccount('verify-email', ctx.actor.id, 5, 60)])
  const user = await findUser(ctx.db, ctx.actor.id)
  if (!user || user.emailVerifiedAt !== null) return
  const { token, statement } = newOneTimeToken(ctx, user.id, 'verify-email')
  const mail = await newMail(ctx, verifyLetter(ctx.config.publicUrl, user.email, token))
  await ctx.db.batch([statement, mailStatement(ctx, mail)])
  sendSoon(ctx)
}
