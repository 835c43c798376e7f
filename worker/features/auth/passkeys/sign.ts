import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server'
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { fromBase64Url } from '../../../platform/secrets.ts'
import { Assertion, siteOf, transportsOf, verified } from './ceremony.ts'
import { countUse, findPasskey, listPasskeys } from './store.ts'

/**
 * What the caller's browser hands to the authenticator to sign 32 bytes of ours with a passkey of theirs; null when they
 * have none. API keys have none.
 */
export const signingOptions = async (ctx: OrganizationContext, challenge: Uint8Array<ArrayBuffer>) => {
  const passkeys = ctx.actor.kind === 'member' ? await listPasskeys(ctx.db, ctx.actor.id) : []
  if (passkeys.length === 0) return null
  return generateAuthenticationOptions({
    rpID: siteOf(ctx.config).rpID,
    challenge,
    userVerification: 'required',
    allowCredentials: passkeys.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: transportsOf(transports),
    })),
  })
}

/** By which passkey something was signed: enough to verify it without us. */
export interface SignedByPasskey {
  /** The public key in COSE, base64url; the algorithm as COSE numbers it. */
  credential: { id: string; publicKey: string; algorithm: number }
  origin: string
  rpId: string
}

/**
 * Whether a passkey of the caller signed this challenge (base64url), its person verified; null when not, also when the
 * counter went back. Counts the use.
 */
export const passkeySigned = async (
  ctx: OrganizationContext,
  challenge: string,
  answer: unknown,
): Promise<SignedByPasskey | null> => {
  const response = Assertion.safeParse(answer).data
  const passkey = response && (await findPasskey(ctx.db, response.id))
  if (!passkey || ctx.actor.kind !== 'member' || passkey.userId !== ctx.actor.id) return null
  const { rpID, origin } = siteOf(ctx.config)
  const publicKey = fromBase64Url(passkey.publicKey)
  try {
    const { verified: isRight, authenticationInfo } = await verified(ctx, () =>
      verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpID,
        credential: { id: passkey.credentialId, publicKey, counter: passkey.counter },
      }),
    )
    if (!isRight || !(await countUse(ctx.db, passkey, authenticationInfo.newCounter, ctx.now().getTime()))) return null
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
  const algorithm = Number(decodeCredentialPublicKey(publicKey).get(cose.COSEKEYS.alg))
  return { credential: { id: passkey.credentialId, publicKey: passkey.publicKey, algorithm }, origin, rpId: rpID }
}
