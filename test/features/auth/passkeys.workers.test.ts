import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Passkey } from '../../../worker/features/auth/contract.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { anOrganization, type Person } from '../../support/organizations.ts'
import { aPasskey } from '../../support/software-authenticator.ts'

const site = { rpId: 'localhost', origin: 'http://localhost:8787' }
const Options = z.object({ options: z.object({ challenge: z.string() }) })
const challengeFrom = async (answer: Response) => Options.parse(await answer.json()).options.challenge

const creationChallenge = async (person: Person) =>
  challengeFrom(await post('/api/v1/auth/passkeys/register/options', undefined, await person.authorization()))
const loginChallenge = async () => challengeFrom(await post('/api/v1/auth/passkeys/login/options'))
const register = async (person: Person, response: object) =>
  post('/api/v1/auth/passkeys/register', { name: 'Laptop', response }, await person.authorization())
const login = (response: object) => post('/api/v1/auth/passkeys/login', { response })

const aRegisteredPasskey = async () => {
  const person = await anOrganization()
  const passkey = await aPasskey(site)
  const answer = await register(person, await passkey.create(await creationChallenge(person)))
  return { person, passkey, answer }
}

test('a passkey is registered, signs in without a name, and both are audited', async () => {
  const { person, passkey, answer } = await aRegisteredPasskey()
  expect(answer.status).toBe(201)
  expect(Passkey.parse(await answer.json())).toMatchObject({ name: 'Laptop', lastUsedAt: null })
  const signedIn = await login(await passkey.get(await loginChallenge()))
  expect(await signedIn.json()).toMatchObject({ tokenType: 'Bearer', organizationId: person.organizationId })
  expect(await auditTypes(person.organizationId)).toEqual(['user.passkey-added', 'user.signed-in'])
})

test('an answer works once, for a challenge is asked once', async () => {
  const { passkey } = await aRegisteredPasskey()
  const answer = await passkey.get(await loginChallenge())
  const answers = await Promise.all([login(answer), login(answer)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
})

test('a challenge that we did not ask, or asked too long ago, is refused', async () => {
  const { passkey } = await aRegisteredPasskey()
  expect((await login(await passkey.get('bm90LW91cnM'))).status).toBe(401)
  const challenge = await loginChallenge()
  await env.DB.prepare('update webauthn_challenges set expires_at = 1').run()
  expect((await login(await passkey.get(challenge))).status).toBe(401)
})

test('a challenge of one person registers nothing for another', async () => {
  const [mine, other] = [await anOrganization(), await anOrganization()]
  const passkey = await aPasskey(site)
  const answer = await passkey.create(await creationChallenge(mine))
  expect((await register(other, answer)).status).toBe(401)
})

test('a counter that does not grow is a copy’s', async () => {
  const { passkey } = await aRegisteredPasskey()
  expect((await login(await passkey.get(await loginChallenge()))).status).toBe(200)
  passkey.counter = 0
  expect((await login(await passkey.get(await loginChallenge()))).status).toBe(401)
})

test('another site’s answer and another key’s signature are refused', async () => {
  const { passkey } = await aRegisteredPasskey()
  passkey.origin = 'https://evil.example'
  expect((await login(await passkey.get(await loginChallenge()))).status).toBe(401)
  passkey.origin = site.origin
  const forger = await aPasskey(site)
  const forged = await forger.get(await loginChallenge())
  expect((await login({ ...forged, id: passkey.id, rawId: passkey.id })).status).toBe(401)
  expect((await login(await forger.get(await loginChallenge()))).status).toBe(401)
})

test('an answer in another form is told so', async () => {
  expect(await codeOf(await login({ id: 'x' }))).toBe('invalid')
})

test('a passkey is registered once, and removed by its own person only', async () => {
  const { person, passkey, answer } = await aRegisteredPasskey()
  const { id } = Passkey.parse(await answer.json())
  const other = await anOrganization()
  expect((await register(other, await passkey.create(await creationChallenge(other)))).status).toBe(409)
  const remove = async (caller: Person) =>
    call(`/api/v1/auth/passkeys/${id}`, { method: 'DELETE', headers: await caller.authorization() })
  expect((await remove(other)).status).toBe(404)
  expect((await remove(person)).status).toBe(204)
  expect((await remove(person)).status).toBe(404)
  expect(await auditTypes(person.organizationId)).toEqual(['user.passkey-added', 'user.passkey-removed'])
  expect((await login(await passkey.get(await loginChallenge()))).status).toBe(401)
})
