import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { RequestContext } from '../../../platform/context.ts'
import { fromBase64Url } from '../../../platform/secrets.ts'
import { perAddress, takeRate } from '../../rate-limits/index.ts'
import { findUser } from '../../users/index.ts'
import { kindOf, openSession, type SignedIn } from '../sessions/open.ts'
import { tellFailure } from '../sessions/tell-failure.ts'
import { workplaceOf } from '../sessions/workplace.ts'
import {
  Assertion,
  isOurChallenge,
  parseAnswer,
  passkeyRefused,
  rememberChallenge,
  siteOf,
  verified,
} from './ceremony.ts'
import { countUse, findPasskey } from './store.ts'

/** Begins a sign-in. Nobody says who they are: the authenticator knows its passkeys of this site. */
export const passkeyRequestOptions = async (ctx: RequestContext) => {
  await takeRate(ctx, [perAddress(ctx, 'passkey', 300, 15)])
  const options = await generateAuthenticationOptions({ rpID: siteOf(ctx.config).rpID, userVerification: 'required' })
  await rememberChallenge(ctx, options.challenge, null)
  return options
}

/**
 * Ends a sign-in. A passkey is possession and knowledge in one, so no second factor is asked for. Throws
 * `invalid_credentials`, also when the counter went back, as that of a copied authenticator does.
 */
export const signInByPasskey = async (
  ctx: RequestContext,
  answer: unknown,
  transport: 'cookie' | 'token',
): Promise<SignedIn> => {
  await takeRate(ctx, [perAddress(ctx, 'passkey', 300, 15)])
  const response = parseAnswer(Assertion, answer)
  const passkey = await findPasskey(ctx.db, response.id)
  const user = passkey && (await findUser(ctx.db, passkey.userId))
  if (!user) throw passkeyRefused()
  try {
    await prove(ctx, passkey, response)
  } catch (error) {
    ctx.waitUntil(tellFailure(ctx, user, 'passkey'))
    throw error
  }
  const workplace = await workplaceOf(ctx, user)
  const session = { userId: user.id, ...workplace, kind: kindOf(transport), method: 'passkey' as const }
  return openSession(ctx, user, workplace.role, session)
}

/** Throws `invalid_credentials` when the answer is not this passkey's, to a challenge of ours. */
const prove = async (
  ctx: RequestContext,
  passkey: NonNullable<Awaited<ReturnType<typeof findPasskey>>>,
  response: Parameters<typeof verifyAuthenticationResponse>[0]['response'],
): Promise<void> => {
  const { rpID, origin } = siteOf(ctx.config)
  const { verified: isRight, authenticationInfo } = await verified(ctx, () =>
    verifyAuthenticationResponse({
      response,
      expectedChallenge: isOurChallenge(ctx, null),
      expectedOrigin: origin,
      expectedRPID: rpID,
      credential: {
        id: passkey.credentialId,
        publicKey: fromBase64Url(passkey.publicKey),
        counter: passkey.counter,
      },
    }),
  )
  if (!isRight || !(await countUse(ctx.db, passkey, authenticationInfo.newCounter, ctx.now().getTime())))
    throw passkeyRefused()
}
