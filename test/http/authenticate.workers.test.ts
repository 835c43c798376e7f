import { env } from 'cloudflare:test'
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { configOf } from '../../worker/config.ts'
import { signAccessToken } from '../../worker/platform/access/token.ts'
import { call } from '../support/call.ts'
import { anOrganization, type Person } from '../support/organizations.ts'

const config = configOf(env)
const claimsOf = ({ userId, sessionId, organizationId }: Person) => ({
  sub: userId,
  sid: sessionId,
  org: organizationId,
  role: 'owner' as const,
  name: 'Eve',
})
const base64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const ask = (token: string) => call('/api/v1/me', { headers: { authorization: `Bearer ${token}` } })

/** A token like ours, with one thing changed. */
const forge = async (
  person: Person,
  change: { aud?: string; iss?: string; typ?: string; kid?: string; own?: boolean },
) => {
  const [signing] = config.signingKeys
  if (!signing) throw new Error('no signing key')
  const key = change.own ? (await generateKeyPair('EdDSA')).privateKey : await importJWK(signing, 'EdDSA')
  return new SignJWT(claimsOf(person))
    .setProtectedHeader({ alg: 'EdDSA', kid: change.kid ?? signing.kid, typ: change.typ ?? 'at+jwt' })
    .setIssuer(change.iss ?? config.publicUrl)
    .setAudience(change.aud ?? 'clawbutler')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(key)
}

test('a token of ours is taken, and says who calls', async () => {
  const person = await anOrganization()
  expect((await ask(await person.accessToken())).status).toBe(200)
})

test('a forged token is refused, and no body tells what gave it away', async () => {
  const person = await anOrganization()
  const [signing] = config.signingKeys
  const payload = base64Url({
    ...claimsOf(person),
    iss: config.publicUrl,
    aud: 'clawbutler',
    iat: 1,
    exp: 9_999_999_999,
  })
  const symmetric = await new SignJWT(claimsOf(person))
    .setProtectedHeader({ alg: 'HS256', kid: signing?.kid ?? '', typ: 'at+jwt' })
    .setIssuer(config.publicUrl)
    .setAudience('clawbutler')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(Buffer.from(signing?.x ?? '', 'base64url'))
  const right = await person.accessToken()
  const forged = [
    `${base64Url({ alg: 'none', typ: 'at+jwt', kid: signing?.kid })}.${payload}.`,
    symmetric,
    await forge(person, { aud: 'somebody-else' }),
    await forge(person, { iss: 'https://evil.example' }),
    await forge(person, { own: true }),
    await forge(person, { kid: 'unknown' }),
    await forge(person, { typ: 'JWT' }),
    `${right.slice(0, -4)}AAAA`,
    'rubbish',
    '',
  ]
  const bodies = new Set<string>()
  for (const token of forged) {
    const answer = await ask(token)
    expect(answer.status).toBe(401)
    const { requestId: _, ...body } = await answer.json<{ requestId: string }>()
    bodies.add(JSON.stringify(body))
  }
  expect(bodies.size).toBe(1)
})

test('an expired token says so, for that one is mended by a refresh', async () => {
  const person = await anOrganization()
  const past = new Date(Date.now() - 10 * 60_000)
  const expired = await signAccessToken(config, claimsOf(person), past)
  const answer = await ask(expired)
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ code: 'token_expired' })
  const byCookie = await call('/api/v1/me', { headers: { cookie: `cb_access=${expired}` } })
  expect(await byCookie.json()).toMatchObject({ code: 'token_expired' })
})

test('the published keys verify our tokens and hold nothing private', async () => {
  const answer = await call('/.well-known/jwks.json')
  const { keys } = await answer.json<{ keys: Record<string, string>[] }>()
  expect(keys).toHaveLength(config.signingKeys.length)
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  const published = await importJWK(keys[0] ?? {}, 'EdDSA')
  if (published instanceof Uint8Array) throw new Error('a symmetric key is published')
  expect(await exportJWK(published)).not.toHaveProperty('d')
})

test('a wrong Authorization is refused even where nobody has to sign in', async () => {
  const answer = await call('/api/v1/auth/methods', { headers: { authorization: 'Basic eDp5' } })
  expect(answer.status).toBe(401)
})
