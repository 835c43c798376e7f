import { z } from 'zod'
import type { Config } from '../../../config.ts'
import type { RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { log } from '../../../platform/log.ts'
import { insertChallenge, spendChallenge } from './store.ts'

const challengeLifetimeMs = 5 * 60_000
const Base64Url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]*$/)

const Credential = z.object({
  id: Base64Url,
  rawId: Base64Url,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
})

/** What an authenticator answers to a registration, as far as its verification reads it. */
export const Attestation = Credential.extend({
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: z.array(z.string().max(20)).max(10).default([]),
  }),
})

/** What an authenticator answers to a sign-in. */
export const Assertion = Credential.extend({
  response: z.object({ clientDataJSON: Base64Url, authenticatorData: Base64Url, signature: Base64Url }),
})

/** Throws `invalid` for an answer in another form. */
export const parseAnswer = <T extends z.ZodType>(schema: T, response: unknown): z.output<T> => {
  const parsed = schema.safeParse(response)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: ['response', ...path].join('.'), message }))
  throw new AppError('invalid', 'The answer of the authenticator has another form.', { errors })
}

/** The site that passkeys are bound to. */
export const siteOf = ({ publicUrl }: Config) => {
  const { hostname, origin } = new URL(publicUrl)
  return { rpID: hostname, origin }
}

const Transports = z.array(z.string())

/** How an authenticator can be reached, as it is stored. */
export const transportsOf = (stored: string) => Transports.parse(JSON.parse(stored))

export const rememberChallenge = (ctx: RequestContext, challenge: string, userId: string | null) =>
  insertChallenge(ctx.db, { challenge, userId, expiresAt: ctx.now().getTime() + challengeLifetimeMs })

/** For the verifier: whether we asked that, this once. */
export const isOurChallenge = (ctx: RequestContext, userId: string | null) => (challenge: string) =>
  spendChallenge(ctx.db, challenge, userId, ctx.now().getTime())

/** Runs a verifier, which throws whatever is wrong with a ceremony; the caller hears only that something was. */
export const verified = async <T>(ctx: RequestContext, verify: () => Promise<T>): Promise<T> => {
  try {
    return await verify()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log('passkey.refused', { requestId: ctx.requestId, reason })
    throw passkeyRefused()
  }
}

export const passkeyRefused = () => new AppError('invalid_credentials', 'This passkey was not accepted.')
