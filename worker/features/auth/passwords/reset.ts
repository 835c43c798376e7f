import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { landed } from '../../../platform/db.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { mailStatement, newMail, sendSoon } from '../../mail/index.ts'
import { clearRate, perAccount, perAddress, takeRate } from '../../rate-limits/index.ts'
import { findUser, findUserByEmail, type User, verifyEmailStatement } from '../../users/index.ts'
import { revokeAllStatement } from '../sessions/store.ts'
import { workplaceOf } from '../sessions/workplace.ts'
import { hashPassword } from './hash.ts'
import { resetLetter } from './letters.ts'
import { linkGone, newOneTimeToken, ownerOf } from './one-time-token.ts'
import { putPasswordStatement, spendOneTimeTokenStatement } from './store.ts'

/** Mails a link to whoever has an account, after the answer: neither body nor time tells who has one. */
export const askForReset = async (ctx: RequestContext, email: string): Promise<void> => {
  await takeRate(ctx, [perAccount('reset', email, 5, 60), perAddress(ctx, 'reset', 300, 60)])
  ctx.waitUntil(mailResetLink(ctx, email))
}

const mailResetLink = async (ctx: RequestContext, email: string) => {
  const user = await findUserByEmail(ctx.db, email)
  if (!user) return
  const { token, statement } = newOneTimeToken(ctx, user.id, 'reset-password')
  const mail = await newMail(ctx, resetLetter(ctx.config.publicUrl, email, token))
  await ctx.db.batch([statement, mailStatement(ctx, mail)])
  sendSoon(ctx)
}

/**
 * Sets a new password by a mailed link and ends every session of the person. The link proves the address, too. Throws
 * `expired`.
 */
export const resetPassword = async (ctx: RequestContext, token: string, password: string): Promise<void> => {
  await takeRate(ctx, [perAddress(ctx, 'reset', 300, 60)])
  const user = await findUser(ctx.db, await ownerOf(ctx, token, 'reset-password'))
  if (!user) throw linkGone()
  const hash = await hashPassword(password)
  const now = ctx.now().getTime()
  const within = await actingIn(ctx, user)
  // Each statement runs only if the one before changed a row; the first is decided by the token.
  const [spent] = await ctx.db.batch([
    spendOneTimeTokenStatement(ctx.db, digestOf(token)).returning(),
    putPasswordStatement(ctx.db, { userId: user.id, hash, changedAt: now }, landed),
    auditStatement(within, 'user.password-reset', {}, { target: user.id, risk: 'medium' }),
    revokeAllStatement(ctx.db, user.id, now, landed),
    verifyEmailStatement(ctx.db, user.id, now),
  ])
  if (spent.length === 0) throw linkGone()
  await clearRate(ctx, [perAccount('login', user.email, 10, 15)])
  await drainSoon(ctx, within.organizationId)
}

export const actingIn = async (ctx: RequestContext, user: User) =>
  actingFor(ctx, (await workplaceOf(ctx, user)).organizationId, { kind: 'member', id: user.id })
