import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi'
import type { RequestContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { seal } from '../../../platform/seal.ts'
import { digestOf, randomToken } from '../../../platform/secrets.ts'
import { perAddress, takeRate } from '../../rate-limits/index.ts'
import { type Provider, type ProviderName, providerOf } from './provider.ts'
import { localPath } from './rules.ts'
import { insertState } from './store.ts'

export const flowLifetimeMs = 10 * 60_000

interface Wanted {
  next?: string | undefined
  invitation?: string | undefined
  /** The session that links the provider to its account; null for a sign-in. */
  sessionId: string | null
}

/**
 * Begins a sign-in at a provider: where to send the browser, and the secret that binds the flow to it. Throws
 * `not_found` for a provider that is not configured, `unavailable` for one that does not answer.
 */
export const beginOauth = async (ctx: RequestContext, name: ProviderName, wanted: Wanted) => {
  await takeRate(ctx, [perAddress(ctx, 'oauth', 300, 15)])
  const provider = await reachable(ctx, name)
  const [state, nonce, browser] = [randomToken(), randomToken(), randomToken()]
  const codeVerifier = generateRandomCodeVerifier()
  const digest = digestOf(state)
  await insertState(ctx.db, {
    digest,
    provider: name,
    browserDigest: digestOf(browser),
    codeVerifier: await seal(ctx.config, `oauth:${digest}`, codeVerifier),
    nonce,
    next: localPath(wanted.next, ctx.config.publicUrl),
    sessionId: wanted.sessionId,
    invitationDigest: wanted.invitation === undefined ? null : digestOf(wanted.invitation),
    expiresAt: ctx.now().getTime() + flowLifetimeMs,
  })
  const url = new URL(provider.server.authorization_endpoint ?? '')
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: provider.client.client_id,
    redirect_uri: provider.redirectUri,
    scope: provider.scope,
    state,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(name === 'google' && { nonce }),
  }).toString()
  return { url: url.toString(), browser }
}

/** The provider with its endpoints. */
export const reachable = async (ctx: RequestContext, name: ProviderName): Promise<Provider> => {
  const provider = await providerOf(ctx.config, name).catch((error: unknown) => {
    logFault('oauth.unreachable', error, { provider: name })
    throw new AppError('unavailable', 'The provider does not answer. Try again.')
  })
  if (!provider) throw notFound('Provider')
  return provider
}
