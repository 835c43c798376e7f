import { Secret, TOTP } from 'otpauth'
import type { RequestContext } from '../../../platform/context.ts'
import { unseal } from '../../../platform/seal.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { findTotp, spendRecoveryCode, spendStep, type Totp } from './store.ts'

const periodS = 30

/** Six digits every 30 seconds by SHA-1: what every authenticator app understands. */
export const generatorOf = (secret: Secret, email: string) =>
  new TOTP({ issuer: 'ClawButler', label: email, secret, digits: 6, period: periodS })

/** The purpose that a secret is sealed with: it opens for this person only. */
export const sealedFor = (userId: string) => `totp:${userId}`

/** The step of a right code, one step of clock difference allowed; null for a wrong one. */
export const stepOf = async (ctx: RequestContext, totp: Totp, code: string): Promise<number | null> => {
  const secret = Secret.fromBase32(await unseal(ctx.config, sealedFor(totp.userId), totp.sealedSecret))
  const timestamp = ctx.now().getTime()
  const delta = generatorOf(secret, '').validate({ token: code, timestamp, window: 1 })
  return delta === null ? null : Math.floor(timestamp / 1000 / periodS) + delta
}

/** Ten recovery codes differ from TOTP codes in length; dashes and case are for people. */
export const digestOfRecoveryCode = (userId: string, code: string) =>
  digestOf(`${userId}:${code.toLowerCase().replaceAll(/[\s-]/g, '')}`)

/** `none` without a second factor; else whether the code, of the app or for recovery, is right. Each works once. */
export const checkSecondFactor = async (
  ctx: RequestContext,
  userId: string,
  code: string | undefined,
): Promise<'none' | 'required' | 'right' | 'wrong'> => {
  const totp = await findTotp(ctx.db, userId)
  if (!totp || totp.confirmedAt === null) return 'none'
  if (code === undefined) return 'required'
  if (!/^\d{6}$/.test(code))
    return (await spendRecoveryCode(ctx.db, userId, digestOfRecoveryCode(userId, code))) ? 'right' : 'wrong'
  const step = await stepOf(ctx, totp, code)
  return step !== null && (await spendStep(ctx.db, userId, step)) ? 'right' : 'wrong'
}
