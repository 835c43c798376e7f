import { OAuth2Server } from 'oauth2-mock-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Me, OauthLink } from '../../../worker/features/auth/contract.ts'
import { aBrowser } from '../../support/browser-jar.ts'
import { type GitHubAccount, startGitHub } from '../../support/oauth-provider/github.ts'
import { testSecrets } from '../../support/test-secrets.ts'
import { startWorker } from '../../support/worker-in-node.ts'

const client = { id: 'client-of-the-tests', secret: 'secret-of-the-tests' }
const password = 'correct horse battery staple'
const google = new OAuth2Server()
const claims = { sub: 'g-1', email: 'ada@example.test', email_verified: true, name: 'Ada', aud: client.id, nonce: true }
let github: Awaited<ReturnType<typeof startGitHub>>
let worker: Awaited<ReturnType<typeof startWorker>>

beforeAll(async () => {
  await google.issuer.keys.generate('RS256')
  await google.start(0, '127.0.0.1')
  google.service.on('beforeTokenSigning', (token) => {
    const { nonce, ...told } = claims
    Object.assign(token.payload, told)
    if (!nonce) delete token.payload.nonce
  })
  github = await startGitHub(client)
  const { GITHUB_CLIENT_ID, GOOGLE_CLIENT_ID } = { GITHUB_CLIENT_ID: client.id, GOOGLE_CLIENT_ID: client.id }
  worker = await startWorker({
    GITHUB_CLIENT_ID,
    GITHUB_CLIENT_SECRET: client.secret,
    GITHUB_URL: github.url,
    GITHUB_API_URL: github.url,
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET: client.secret,
    GOOGLE_ISSUER: google.issuer.url ?? '',
  })
  await post('/auth/setup', {
    token: testSecrets.SETUP_TOKEN,
    email: 'first@example.test',
    password,
    name: 'First',
    organizationName: 'Works',
  })
}, 120_000)

afterAll(async () => {
  await worker.stop()
  await github.stop()
  await google.stop()
})

const api = (path: string) => `${worker.url}/api/v1${path}`
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(api(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
/** The Worker names itself by PUBLIC_URL; what it sends there goes to where it listens. */
const toWorker = (location: string) => location.replace(testSecrets.PUBLIC_URL, worker.url)
const pageOf = (location: string) => location.replace(testSecrets.PUBLIC_URL, '')

const anAccount = (id: number, email: string, verified = true): GitHubAccount => ({
  id,
  login: `user${id}`,
  name: null,
  emails: [
    { email: `other-${email}`, primary: false, verified: true, visibility: null },
    { email, primary: true, verified, visibility: 'public' },
  ],
})

/** From the button of the sign-in page to where the browser ends up. */
const signInAt = async (provider: 'github' | 'google', query = '', browser = aBrowser()) => {
  const start = await browser.visit(api(`/auth/oauth/${provider}/start${query}`))
  const there = await browser.visit(start.location)
  const back = await browser.visit(toWorker(there.location))
  const me = await browser.visit(api('/me'))
  return {
    browser,
    start,
    there,
    back,
    page: pageOf(back.location),
    me: me.answer.ok ? Me.parse(await me.answer.json()) : null,
  }
}

test('GitHub signs a new person up, and the same person in again', async () => {
  github.signedIn.account = anAccount(1, 'Grace@example.test')
  const first = await signInAt('github', '?next=/approvals')
  expect(first.page).toBe('/approvals')
  expect(first.me).toMatchObject({ email: 'grace@example.test', emailVerified: true, providers: ['github'] })
  const again = await signInAt('github')
  expect(again.me).toMatchObject({ id: first.me?.id })
  expect(new URL(first.start.location).searchParams.get('code_challenge_method')).toBe('S256')
})

test('Google signs a new person up by a verified id token', async () => {
  const { me } = await signInAt('google')
  expect(me).toMatchObject({ email: 'ada@example.test', name: 'Ada', emailVerified: true, providers: ['google'] })
})

test('an id token without our nonce, for somebody else, or by another key is refused', async () => {
  claims.nonce = false
  expect((await signInAt('google')).page).toBe('/sign-in?error=invalid_credentials')
  claims.nonce = true
  claims.aud = 'somebody-else'
  expect((await signInAt('google')).page).toBe('/sign-in?error=invalid_credentials')
  claims.aud = client.id
  google.service.once('beforeResponse', (response) => {
    const body = response.body
    if (body && typeof body === 'object' && 'id_token' in body)
      Object.assign(body, { id_token: `${String(body.id_token).slice(0, -6)}AAAAAA` })
  })
  expect((await signInAt('google')).page).toBe('/sign-in?error=invalid_credentials')
})

test('a callback belongs to the browser that began, once', async () => {
  github.signedIn.account = anAccount(2, 'linus@example.test')
  const mine = aBrowser()
  const start = await mine.visit(api('/auth/oauth/github/start'))
  const there = await mine.visit(start.location)
  const victim = await aBrowser().visit(toWorker(there.location))
  expect(pageOf(victim.location)).toBe('/sign-in?error=expired')
  const { browser, there: used } = await signInAt('github')
  const replay = await browser.visit(toWorker(used.location))
  expect(pageOf(replay.location)).toBe('/sign-in?error=expired')
})

test('an address that the provider has not verified opens no account', async () => {
  github.signedIn.account = anAccount(3, 'unverified@example.test', false)
  expect((await signInAt('github')).page).toBe('/sign-in?error=forbidden')
})

test('an account whose address nobody verified here is not taken over', async () => {
  await post('/auth/register', { email: 'squat@example.test', password, name: 'Squatter' })
  github.signedIn.account = anAccount(4, 'squat@example.test')
  expect((await signInAt('github')).page).toBe('/sign-in?error=email_taken')
})

test('an account with a verified address is linked and entered; with a second factor it is not', async () => {
  const registered = await post('/auth/register', { email: 'both@example.test', password, name: 'Both' })
  expect(registered.status).toBe(201)
  await worker.database.exec("update users set email_verified_at = 1 where email = 'both@example.test'")
  await worker.database.exec("insert into totps select id, 'x', 1, 0 from users where email = 'both@example.test'")
  github.signedIn.account = anAccount(5, 'both@example.test')
  expect((await signInAt('github')).page).toBe('/sign-in?error=email_taken')
  await worker.database.exec('delete from totps')
  expect((await signInAt('github')).me).toMatchObject({ email: 'both@example.test', providers: ['github'] })
})

test('a signed-in person links a provider of another address, and a second person cannot', async () => {
  const link = async (email: string, browser = aBrowser()) => {
    const origin = worker.url
    await post('/auth/register', { email, password, name: 'Link' })
    await browser.visit(api('/auth/login'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ email, password, transport: 'cookie' }),
    })
    const headers = { 'x-csrf-token': browser.cookie(origin, 'cb_csrf'), origin }
    const begun = await browser.visit(api('/auth/oauth/github/link?next=/settings/security'), {
      method: 'POST',
      headers,
    })
    const { url } = OauthLink.parse(await begun.answer.json())
    const there = await browser.visit(url)
    const back = await browser.visit(toWorker(there.location))
    const me = await (await browser.visit(api('/me'))).answer.json()
    return {
      page: pageOf(back.location),
      me,
      unlink: () => browser.visit(api('/auth/oauth/github'), { method: 'DELETE', headers }),
    }
  }
  github.signedIn.account = anAccount(6, 'elsewhere@example.test')
  const first = await link('link1@example.test')
  expect(first).toMatchObject({
    page: '/settings/security',
    me: { email: 'link1@example.test', providers: ['github'] },
  })
  const second = await link('link2@example.test')
  expect(second).toMatchObject({ page: '/sign-in?error=conflict', me: { providers: [] } })
  expect((await first.unlink()).answer.status).toBe(204)
  expect((await first.unlink()).answer.status).toBe(404)
})

test('a link out of the site is not followed', async () => {
  github.signedIn.account = anAccount(1, 'Grace@example.test')
  for (const next of [
    'https://evil.example',
    '//evil.example',
    '/%5Cevil.example',
    '/\\evil.example',
    '/..//evil.example',
  ])
    expect((await signInAt('github', `?next=${encodeURIComponent(next)}`)).page).toMatch(/^\/(%5Cevil\.example)?$/)
})

test('a provider that says no, and one that is not there, end on the sign-in page', async () => {
  const browser = aBrowser()
  const start = await browser.visit(api('/auth/oauth/github/start'))
  const state = new URL(start.location).searchParams.get('state') ?? ''
  const denied = await browser.visit(api(`/auth/oauth/github/callback?error=access_denied&state=${state}`))
  expect(pageOf(denied.location)).toBe('/sign-in?error=invalid_credentials')
  expect((await fetch(api('/auth/oauth/gitlab/start'), { redirect: 'manual' })).status).toBe(422)
})
