import type { RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { log } from '../../../platform/log.ts'
import { unseal } from '../../../platform/seal.ts'
import { digestOf, sameSecret } from '../../../platform/secrets.ts'
import { perAddress, takeRate } from '../../rate-limits/index.ts'
import { findUser, findUserByEmail, type User } from '../../users/index.ts'
import { totpConfirmed } from '../me/store.ts'
import { openSession, type SignedIn } from '../sessions/open.ts'
import { workplaceOf } from '../sessions/workplace.ts'
import { reachable } from './begin.ts'
import { linkIdentity, linkToSession } from './link.ts'
import { type ProviderName, type ProviderUser, readProviderUser } from './provider.ts'
import { registerByProvider } from './register.ts'
import { findIdentity, type OauthState, takeState } from './store.ts'

/** Where the browser goes now; signed in, unless the flow linked the provider to a session that there was already. */
export interface Finished {
  next: string
  signedIn: SignedIn | null
}

/**
 * Ends a flow where the provider sent the browser back. Throws `expired` for a flow that is not under way in this
 * browser, `invalid_credentials` when the provider's word does not hold, `email_taken` where an account must be linked
 * from within, `forbidden` without a verified address, and what registering throws.
 */
export const finishOauth = async (
  ctx: RequestContext,
  name: ProviderName,
  parameters: URLSearchParams,
  browser: string,
): Promise<Finished> => {
  await takeRate(ctx, [perAddress(ctx, 'oauth', 300, 15)])
  const state = parameters.get('state') ?? ''
  const flow = await takeState(ctx.db, digestOf(state), ctx.now().getTime())
  if (!flow || flow.provider !== name || !sameSecret(flow.browserDigest, digestOf(browser)))
    throw new AppError('expired', 'This sign-in is no longer under way. Begin again.')
  const person = await askProvider(ctx, flow, parameters, state)
  if (flow.sessionId !== null) {
    await linkToSession(ctx, flow, person)
    return { next: flow.next, signedIn: null }
  }
  return { next: flow.next, signedIn: await signIn(ctx, flow, person) }
}

const askProvider = async (ctx: RequestContext, flow: OauthState, parameters: URLSearchParams, state: string) => {
  const provider = await reachable(ctx, flow.provider)
  const codeVerifier = await unseal(ctx.config, `oauth:${flow.digest}`, flow.codeVerifier)
  try {
    return await readProviderUser(ctx.config, provider, parameters, { state, codeVerifier, nonce: flow.nonce })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log('oauth.refused', { requestId: ctx.requestId, provider: flow.provider, reason })
    throw new AppError('invalid_credentials', 'The provider did not confirm who you are.')
  }
}

const signIn = async (ctx: RequestContext, flow: OauthState, person: ProviderUser): Promise<SignedIn> => {
  const known = await findIdentity(ctx.db, flow.provider, person.subject)
  if (known) return enter(ctx, flow, await findUser(ctx.db, known.userId))
  if (person.verifiedEmail === null)
    throw new AppError('forbidden', 'The provider has verified no e-mail address of this account.')
  const user = await findUserByEmail(ctx.db, person.verifiedEmail)
  if (!user) return registerByProvider(ctx, flow, person, person.verifiedEmail)
  // An address that nobody verified here may be another person's, and a second factor is not to be gone around.
  if (user.emailVerifiedAt === null || (await totpConfirmed(ctx.db, user.id)))
    throw new AppError('email_taken', 'There is an account with this address. Sign in to it and link the provider.')
  await linkIdentity(ctx, flow.provider, person, user)
  return enter(ctx, flow, user)
}

const enter = async (ctx: RequestContext, { provider }: OauthState, user: User | undefined): Promise<SignedIn> => {
  if (!user) throw new AppError('invalid_credentials', 'There is no such account any more.')
  const workplace = await workplaceOf(ctx, user)
  const session = { userId: user.id, ...workplace, kind: 'browser' as const, method: provider }
  return openSession(ctx, user, workplace.role, session)
}
