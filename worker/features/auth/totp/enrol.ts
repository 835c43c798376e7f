import { Secret } from 'otpauth'
import type { OrganizationContext } from '../../../platform/context.ts'
import { landed } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { seal } from '../../../platform/seal.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { perAccount, takeRate } from '../../rate-limits/index.ts'
import { findUser } from '../../users/index.ts'
import { checkPassword } from '../passwords/hash.ts'
import { findPasswordHash } from '../passwords/store.ts'
import { checkSecondFactor, digestOfRecoveryCode, generatorOf, sealedFor, stepOf } from './code.ts'
import {
  confirmTotpStatement,
  deleteRecoveryCodesStatement,
  deleteTotpStatement,
  findTotp,
  insertRecoveryCodeStatement,
  putTotpStatement,
} from './store.ts'

const recoveryCodeCount = 10

/** Begins: a secret for the authenticator app, which counts only after `confirmTotp`. Throws `conflict` when on. */
export const enrolTotp = async (ctx: OrganizationContext) => {
  const [user, known] = [await findUser(ctx.db, ctx.actor.id), await findTotp(ctx.db, ctx.actor.id)]
  if (known && known.confirmedAt !== null) throw onAlready()
  const secret = new Secret({ size: 20 })
  const sealedSecret = await seal(ctx.config, sealedFor(ctx.actor.id), secret.base32)
  await putTotpStatement(ctx.db, { userId: ctx.actor.id, sealedSecret, confirmedAt: null, lastStep: 0 })
  return { secret: secret.base32, uri: generatorOf(secret, user?.email ?? '').toString() }
}

/** Turns the second factor on with its first code, and answers the recovery codes this once. */
export const confirmTotp = async (ctx: OrganizationContext, code: string) => {
  await takeRate(ctx, [perAccount('totp', ctx.actor.id, 10, 15)])
  const userId = ctx.actor.id
  const totp = await findTotp(ctx.db, userId)
  if (!totp) throw new AppError('conflict', 'Begin the enrolment first.')
  if (totp.confirmedAt !== null) throw onAlready()
  const step = await stepOf(ctx, totp, code)
  if (step === null) throw wrongCode()
  const recoveryCodes = Array.from({ length: recoveryCodeCount }, newRecoveryCode)
  const digests = recoveryCodes.map((plain) => digestOfRecoveryCode(userId, plain))
  // Each statement runs only if the one before changed a row; the first is decided by the enrolment.
  const [confirmed] = await ctx.db.batch([
    confirmTotpStatement(ctx.db, totp, ctx.now().getTime(), step).returning(),
    auditStatement(ctx, 'user.totp-enabled', {}, { target: ctx.actor.id, risk: 'medium' }),
    ...digests.map((digest) => insertRecoveryCodeStatement(ctx.db, userId, digest, landed)),
  ])
  if (confirmed.length === 0) throw onAlready()
  await drainSoon(ctx, ctx.organizationId)
  return { recoveryCodes }
}

/** Turns the second factor off; asks for everything once more. Throws `invalid_credentials`, `invalid_code`. */
export const disableTotp = async (ctx: OrganizationContext, password: string, code: string): Promise<void> => {
  await takeRate(ctx, [perAccount('totp', ctx.actor.id, 10, 15)])
  const userId = ctx.actor.id
  if (!(await checkPassword(password, await findPasswordHash(ctx.db, userId))).ok)
    throw new AppError('invalid_credentials', 'The password is wrong.')
  const factor = await checkSecondFactor(ctx, userId, code)
  if (factor === 'none') throw new AppError('conflict', 'There is no second factor to turn off.')
  if (factor !== 'right') throw wrongCode()
  await ctx.db.batch([
    deleteTotpStatement(ctx.db, userId),
    auditStatement(ctx, 'user.totp-disabled', {}, { target: userId, risk: 'high' }),
    deleteRecoveryCodesStatement(ctx.db, userId),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

const onAlready = () => new AppError('conflict', 'The second factor is on already.')
const wrongCode = () => new AppError('invalid_code', 'The code is wrong or was used before.')

/** 50 random bits as two groups of five: easy to copy by hand, far too many to guess ten times in 15 minutes. */
const newRecoveryCode = () => {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
  const letters = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => alphabet.charAt(byte & 31)).join('')
  return `${letters.slice(0, 5)}-${letters.slice(5)}`
}
