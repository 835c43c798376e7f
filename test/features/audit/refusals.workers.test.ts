import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { applyRoster } from '../../../worker/features/agents/index.ts'
import { connectorContext } from '../../../worker/features/connectors/session.ts'
import { aRegistration, password } from '../../support/accounts.ts'
import { aKeyOf } from '../../support/asked.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector, dial } from '../../support/connector-link.ts'
import { aGatewayAgent } from '../../support/gateway-events.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'
import { aPasskey } from '../../support/software-authenticator.ts'

const lastOf = async (organizationId: string, secrets: string[] = []) =>
  (await checkAuditLog(organizationId, secrets)).at(-1)
const other = (secret: string) => `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`

describe('a refused authorization is an event', () => {
  test('for want of a capability, with what was lacking', async () => {
    const { organizationId } = await anOrganization()
    const viewer = await aMember(organizationId, 'viewer')
    await call('/api/v1/audit/events', { headers: await viewer.authorization() })
    const payload = { capability: 'audit.read', method: 'GET', path: '/api/v1/audit/events' }
    expect(await lastOf(organizationId)).toMatchObject({
      type: 'access.refused',
      payload,
      actor: { id: viewer.userId },
    })
  })

  test('by a rule of the verb itself', async () => {
    const { organizationId } = await anOrganization()
    const admin = await aMember(organizationId, 'admin')
    const { userId } = await aMember(organizationId, 'viewer')
    const path = `/api/v1/organizations/members/${userId}`
    const answer = await call(path, { method: 'PATCH', body: { role: 'owner' }, headers: await admin.authorization() })
    expect(answer.status).toBe(403)
    const payload = { capability: null, method: 'PATCH', path }
    expect(await lastOf(organizationId)).toMatchObject({ type: 'access.refused', payload })
  })

  test('of a key that acts where only a person may', async () => {
    const owner = await anOrganization()
    const key = await aKeyOf(owner, ['audit.read'])
    expect((await call('/api/v1/auth/sessions', { headers: await key.authorization() })).status).toBe(403)
    expect(await lastOf(owner.organizationId)).toMatchObject({ type: 'access.refused', actor: { kind: 'api_key' } })
  })
})

describe('a failed sign-in is an event', () => {
  test('also where somebody signed in gives a wrong password', async () => {
    const { headers, organizationId } = await aRegistration()
    const wrong = 'not at all the right one'
    const answer = await post('/api/v1/auth/change-password', { currentPassword: wrong, password }, headers)
    expect(answer.status).toBe(401)
    await expect.poll(() => auditTypes(organizationId)).toContain('user.sign-in-failed')
    expect(await lastOf(organizationId, [wrong])).toMatchObject({ payload: { cause: 'invalid_credentials' } })
  })

  test('by a passkey that is known and answers wrongly', async () => {
    const person = await anOrganization()
    const passkey = await aPasskey({ rpId: 'localhost', origin: 'http://localhost:8787' })
    const Options = z.object({ options: z.object({ challenge: z.string() }) })
    const headers = await person.authorization()
    const options = Options.parse(
      await (await post('/api/v1/auth/passkeys/register/options', undefined, headers)).json(),
    )
    const response = await passkey.create(options.options.challenge)
    expect((await post('/api/v1/auth/passkeys/register', { name: 'Laptop', response }, headers)).status).toBe(201)
    const answer = await post('/api/v1/auth/passkeys/login', { response: await passkey.get('bm90LW91cnM') })
    expect(answer.status).toBe(401)
    await expect
      .poll(() => lastOf(person.organizationId))
      .toMatchObject({ type: 'user.sign-in-failed', payload: { cause: 'passkey' }, target: person.userId })
  })

  test('by an API key that is wrong or revoked, once for each cause', async () => {
    const owner = await anOrganization()
    const headers = await owner.authorization()
    const answer = await (await post('/api/v1/api-keys', { name: 'Robot', scopes: ['agents.read'] }, headers)).json()
    const { apiKey, secret } = z.object({ apiKey: z.object({ id: z.string() }), secret: z.string() }).parse(answer)
    const use = (as: string) => call('/api/v1/agents', { headers: { authorization: `Bearer ${as}` } })
    const refused = async () =>
      (await checkAuditLog(owner.organizationId, [secret])).flatMap(({ type, payload, target }) =>
        type === 'api-key.refused' ? [[target, payload.cause]] : [],
      )
    for (let tried = 0; tried < 3; tried += 1) expect((await use(other(secret))).status).toBe(401)
    await expect.poll(refused).toEqual([[apiKey.id, 'wrong']])
    await call(`/api/v1/api-keys/${apiKey.id}`, { method: 'DELETE', headers })
    for (let tried = 0; tried < 3; tried += 1) expect((await use(secret)).status).toBe(401)
    await expect.poll(refused).toEqual([
      [apiKey.id, 'wrong'],
      [apiKey.id, 'revoked'],
    ])
  })

  test('by a connector whose token was replaced, once', async () => {
    const owner = await anOrganization()
    const { id, token } = await aConnector(owner.ctx)
    await post(`/api/v1/connectors/${id}/rotate-token`, undefined, await owner.authorization())
    for (let tried = 0; tried < 3; tried += 1) expect((await dial(token)).status).toBe(401)
    const refused = async () =>
      (await auditTypes(owner.organizationId)).filter((type) => type === 'connector.refused').length
    await expect.poll(refused).toBe(1)
  })
})

test('agents that go with their connector have each their event, once, behind that of the connector', async () => {
  const owner = await anOrganization()
  const { id } = await aConnector(owner.ctx)
  const connector = connectorContext(owner.ctx, owner.organizationId, id)
  const known = await applyRoster(
    connector,
    id,
    ['a', 'b', 'c'].map((name) => aGatewayAgent(name)),
  )
  await applyRoster(
    connector,
    id,
    ['a', 'b'].map((name) => aGatewayAgent(name)),
  )
  const headers = await owner.authorization()
  const remove = () => call(`/api/v1/connectors/${id}`, { method: 'DELETE', headers })
  const answers = await Promise.all([remove(), remove()])
  expect(answers.some(({ status }) => status === 204)).toBe(true)
  const entries = await checkAuditLog(owner.organizationId)
  const removed = entries.filter(({ type }) => type === 'agent.removed').map(({ agentId }) => agentId)
  expect(removed.toSorted()).toEqual([...known.values()].toSorted())
  const types = entries.map(({ type }) => type).slice(-3)
  expect(types).toEqual(['connector.removed', 'agent.removed', 'agent.removed'])
})
