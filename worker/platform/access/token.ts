import { errors, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import { Id } from '../contract.ts'
import { Role } from './contract.ts'

const audience = 'clawbutler'
const type = 'at+jwt'
/** Also how long a removed member or a revoked session may still act: tokens are verified without a database. */
export const accessTokenLifetimeMs = 5 * 60_000

const Claims = z.object({
  sub: Id('usr'),
  sid: Id('ses'),
  org: Id('org'),
  role: Role,
  /** What people call the person, for screens that tell who did something. */
  name: z.string(),
  /** Capabilities separated by spaces, when the session was granted fewer than the role has. */
  scope: z.string().optional(),
})
export type AccessClaims = z.infer<typeof Claims>

/** Signs with the newest key; good for `accessTokenLifetimeMs`. */
export const signAccessToken = async (config: Config, claims: AccessClaims, now: Date): Promise<string> => {
  const { signing } = await keysOf(config)
  const issuedAt = Math.floor(now.getTime() / 1000)
  return new SignJWT({ ...claims } satisfies JWTPayload)
    .setProtectedHeader({ alg: 'EdDSA', kid: signing.kid, typ: type })
    .setIssuer(config.publicUrl)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenLifetimeMs / 1000)
    .sign(signing.key)
}

/** Why a token is refused is for the caller only as far as `expired`: that one is mended by a refresh. */
export type Verified = { ok: true; claims: AccessClaims } | { ok: false; because: 'expired' | 'forged' }

/** Tokens that were found right: the same bytes under the same keys are right again, until they end. */
const found = new WeakMap<Config, Map<string, { claims: AccessClaims; endsAt: number }>>()
const foundMax = 1_000

/** Verifies by the configured keys, offline. */
export const verifyAccessToken = async (config: Config, token: string, now: Date): Promise<Verified> => {
  const known = found.get(config)?.get(token)
  if (known && now.getTime() < known.endsAt) return { ok: true, claims: known.claims }
  const verified = await verifyAnew(config, token, now)
  if (verified.ok) remember(config, token, verified)
  return verified
}

const remember = (config: Config, token: string, { claims, endsAt }: { claims: AccessClaims; endsAt: number }) => {
  const tokens = found.get(config) ?? new Map()
  found.set(config, tokens)
  if (tokens.size >= foundMax) tokens.delete(tokens.keys().next().value ?? '')
  tokens.set(token, { claims, endsAt })
}

type VerifiedAnew = { ok: true; claims: AccessClaims; endsAt: number } | Extract<Verified, { ok: false }>

const verifyAnew = async (config: Config, token: string, now: Date): Promise<VerifiedAnew> => {
  const { verifying } = await keysOf(config)
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => keyNamed(verifying, kid), {
      algorithms: ['EdDSA'],
      issuer: config.publicUrl,
      audience,
      typ: type,
      currentDate: now,
      requiredClaims: ['exp', 'iat'],
    })
    const claims = Claims.safeParse(payload)
    if (!claims.success) return { ok: false, because: 'forged' }
    return { ok: true, claims: claims.data, endsAt: (payload.exp ?? 0) * 1_000 }
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { ok: false, because: 'expired' }
    if (error instanceof errors.JOSEError) return { ok: false, because: 'forged' }
    throw error
  }
}

/** What others verify our tokens by: the public parts, newest first (RFC 7517). */
export const publicKeys = (config: Config) => ({
  keys: config.signingKeys.map(({ kty, crv, kid, x }) => ({ kty, crv, kid, x, use: 'sig', alg: 'EdDSA' })),
})

type Key = Awaited<ReturnType<typeof importJWK>>
interface Keys {
  signing: { kid: string; key: Key }
  verifying: ReadonlyMap<string, Key>
}

/** Keys, not promises of them: a promise belongs to the request that made it, and dies with it. */
const imported = new WeakMap<Config, Keys>()

const keysOf = async (config: Config): Promise<Keys> => {
  const known = imported.get(config)
  if (known) return known
  const keys = await importKeys(config)
  imported.set(config, keys)
  return keys
}

const importKeys = async (config: Config): Promise<Keys> => {
  const [newest] = config.signingKeys
  if (!newest) throw new Error('no signing key is configured')
  const verifying = await Promise.all(
    publicKeys(config).keys.map(async (jwk) => [jwk.kid, await importJWK(jwk, 'EdDSA')] as const),
  )
  return { signing: { kid: newest.kid, key: await importJWK(newest, 'EdDSA') }, verifying: new Map(verifying) }
}

const keyNamed = (keys: ReadonlyMap<string, Key>, kid: string | undefined): Key => {
  const key = keys.get(kid ?? '')
  if (!key) throw new errors.JWKSNoMatchingKey()
  return key
}
