import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretPost,
  discoveryRequest,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from 'oauth4webapi'
import { z } from 'zod'
import type { Config } from '../../../config.ts'
import { readGitHubUser } from './github.ts'

export type ProviderName = 'github' | 'google'

/** Who somebody is at a provider. */
export interface ProviderUser {
  subject: string
  name: string
  /** In lower case; null when the provider has not verified one. */
  verifiedEmail: string | null
}

export interface Provider {
  name: ProviderName
  server: AuthorizationServer
  client: Client
  clientSecret: string
  scope: string
  redirectUri: string
}

/** The settings of a provider; null when this installation has none. Google's come from its discovery document. */
export const providerOf = async (config: Config, name: ProviderName): Promise<Provider | null> => {
  const settings = config[name]
  if (!settings) return null
  const shared = {
    name,
    client: { client_id: settings.clientId },
    clientSecret: settings.clientSecret,
    redirectUri: `${config.publicUrl}/api/v1/auth/oauth/${name}/callback`,
  }
  if ('issuer' in settings) {
    const issuer = new URL(settings.issuer)
    const response = await discoveryRequest(issuer, insecureIf(settings.issuer))
    return { ...shared, server: await processDiscoveryResponse(issuer, response), scope: 'openid email profile' }
  }
  const server = {
    issuer: settings.url,
    authorization_endpoint: `${settings.url}/login/oauth/authorize`,
    token_endpoint: `${settings.url}/login/oauth/access_token`,
  }
  return { ...shared, server, scope: 'read:user user:email' }
}

interface Expected {
  state: string
  codeVerifier: string
  nonce: string
}

/** Trades what the provider sent back for who the person is. Throws whatever is wrong with it. */
export const readProviderUser = async (
  config: Config,
  provider: Provider,
  parameters: URLSearchParams,
  { state, codeVerifier, nonce }: Expected,
): Promise<ProviderUser> => {
  const { server, client, clientSecret, redirectUri } = provider
  const options = insecureIf(server.issuer)
  const callback = validateAuthResponse(server, client, parameters, state)
  const secret = ClientSecretPost(clientSecret)
  const response = await authorizationCodeGrantRequest(
    server,
    client,
    secret,
    callback,
    redirectUri,
    codeVerifier,
    options,
  )
  if (provider.name === 'github') {
    const { access_token } = await processAuthorizationCodeResponse(server, client, response)
    return readGitHubUser(config.github?.apiUrl ?? '', access_token)
  }
  const answer = await processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  await validateApplicationLevelSignature(server, response, options)
  const claims = IdToken.parse(getValidatedIdTokenClaims(answer))
  const verifiedEmail = claims.email_verified && claims.email ? claims.email.toLowerCase() : null
  return { subject: claims.sub, name: claims.name ?? verifiedEmail ?? claims.sub, verifiedEmail }
}

const IdToken = z.object({
  sub: z.string().min(1).max(255),
  email: z.email().max(254).optional(),
  email_verified: z.boolean().default(false),
  name: z.string().max(200).optional(),
})

/** Plain http only where the operator configured it: a provider that stands in on the same machine. */
const insecureIf = (url: string) => ({ [allowInsecureRequests]: url.startsWith('http:') })
