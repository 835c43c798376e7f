import { env } from 'cloudflare:test'
import { z } from 'zod'
import { formatVerifierKey } from '../../../../tlog/note.ts'
import { applyRoster } from '../../../../worker/features/agents/index.ts'
import { decideApproval } from '../../../../worker/features/approvals/decision/decide.ts'
import { drainAudit } from '../../../../worker/features/audit/drain.ts'
import { recordStatement } from '../../../../worker/features/audit/record.ts'
import { oauthIdentities } from '../../../../worker/features/auth/schema.ts'
import { connectorContext } from '../../../../worker/features/connectors/session.ts'
import { rulesFormat } from '../../../../worker/features/rules/contract.ts'
import { newId } from '../../../../worker/platform/ids.ts'
import { aRegistration, password } from '../../../support/accounts.ts'
import { aPendingApproval, aSilentConnector } from '../../../support/approvals.ts'
import { anApproval } from '../../../support/asked.ts'
import { call, post } from '../../../support/call.ts'
import { aConnector } from '../../../support/connector-link.ts'
import { aGatewayAgent, unique } from '../../../support/gateway-events.ts'
import { aGrant } from '../../../support/grants.ts'
import { aMember, anOrganization, type Person } from '../../../support/organizations.ts'
import { anAskedApproval, aRequest } from '../../../support/requests.ts'
import { aStoredArtifact } from '../../../support/stored-packages.ts'
import { aWitness } from '../../../support/witness.ts'
import { aLog } from '../../../tlog/witness/cosigning.ts'
import { haveRules, put, send } from '../../rules/rules.ts'
import { aRule } from '../../rules/rules-of.ts'

/** A route ready to be taken: everything that it needs is there. */
export interface Drive {
  act: () => Promise<Response>
  /** Whose audit tells of it, when only the answer says. */
  organizationId: string | ((answer: unknown) => string)
}

const api = '/api/v1'
const Made = z.object({ id: z.string() })
const made = async (answer: Response) => Made.parse(await answer.json()).id

/** As the owner of a new organization. */
const asOwner =
  (prepare: (owner: Person, headers: Record<string, string>) => Promise<() => Promise<Response>>) =>
  async (): Promise<Drive> => {
    const owner = await anOrganization()
    return { act: await prepare(owner, await owner.authorization()), organizationId: owner.organizationId }
  }

/** As somebody who has just registered, password and all. */
const asRegistered =
  (prepare: (person: Awaited<ReturnType<typeof aRegistration>>) => Promise<() => Promise<Response>>) =>
  async (): Promise<Drive> => {
    const person = await aRegistration()
    return { act: await prepare(person), organizationId: person.organizationId }
  }

const onConnector = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  asOwner(async (owner, headers) => {
    const id = await aSilentConnector(owner.ctx)
    return () => call(`${api}/connectors/${id}${path}`, { method, body, headers })
  })

const onApproval = (path: string, body: (approver: Person) => unknown) =>
  asOwner(async (owner, headers) => {
    const { id } = await anApproval(owner.ctx)
    const other = await aMember(owner.organizationId, 'approver')
    return () => post(`${api}/approvals/${id}/${path}`, body(other), headers)
  })

const onRules = (
  path: (ids: string[]) => string,
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  body?: (ids: string[]) => unknown,
) =>
  asOwner(async (owner) => {
    const { rules, version } = await haveRules(owner, [aRule('risk == "low"'), aRule('risk == "high"')])
    const ids = rules.map(({ id }) => id)
    return () => send(owner, { path: path(ids), method, version, ...(body && { body: body(ids) }) })
  })

const search = { name: 'Risky', query: { risk: 'high' } }
const onSearch = (method: 'PATCH' | 'DELETE', body?: unknown) =>
  asOwner(async (_, headers) => {
    const id = await made(await post(`${api}/audit/searches`, search, headers))
    return () => call(`${api}/audit/searches/${id}`, { method, body, headers })
  })

const aWitnessOf = () => {
  const name = `witnesses.clawbutler.dev/${newId('wit')}`
  return {
    name: 'Witness',
    url: `https://${name}`,
    vkey: formatVerifierKey(aWitness(name, []).cosigner.key),
    enabled: false,
  }
}
const onWitness = (method: 'PATCH' | 'DELETE', body?: unknown) =>
  asOwner(async (_, headers) => {
    const id = await made(await post(`${api}/audit/witnesses`, aWitnessOf(), headers))
    return () => call(`${api}/audit/witnesses/${id}`, { method, body, headers })
  })
const aLogKey = (name: string) => formatVerifierKey(aLog(name).key)
const onWitnessedLog = (method: 'PUT' | 'DELETE', body?: () => unknown) =>
  asOwner(async (_, headers) => {
    const vkeys = [aLogKey('one.example/log')]
    const id = await made(await post(`${api}/audit/witness/logs`, { vkeys }, headers))
    return () => call(`${api}/audit/witness/logs/${id}`, { method, body: body?.(), headers })
  })

/** By the routes of the table that are proven here. */
export const drives: Record<string, () => Promise<Drive>> = {
  'POST /auth/register': async () => {
    await anOrganization()
    const email = `${newId('usr')}@example.test`
    return {
      act: () => post(`${api}/auth/register`, { email, password, name: 'Ada' }),
      organizationId: (answer) => z.object({ organizationId: z.string() }).parse(answer).organizationId,
    }
  },
  'POST /auth/login': asRegistered(
    async ({ email }) =>
      () =>
        post(`${api}/auth/login`, { email, password }),
  ),
  'POST /auth/logout': asRegistered(
    async ({ refreshToken }) =>
      () =>
        post(`${api}/auth/logout`, { refreshToken }),
  ),
  'POST /auth/change-password': asRegistered(
    async ({ headers }) =>
      () =>
        post(`${api}/auth/change-password`, { currentPassword: password, password: `${password} again` }, headers),
  ),
  'DELETE /auth/oauth/:provider': asRegistered(async ({ headers, email }) => {
    const user = await env.DB.prepare('select id from users where email = ?').bind(email).first<{ id: string }>()
    const owner = await anOrganization()
    await owner.ctx.db
      .insert(oauthIdentities)
      .values({ provider: 'github', subject: unique('subject'), userId: user?.id ?? '', createdAt: Date.now() })
    return () => call(`${api}/auth/oauth/github`, { method: 'DELETE', headers })
  }),
  'POST /auth/device/decide': asOwner(async (_, headers) => {
    const asked = await (await post(`${api}/auth/device/code`, {})).json()
    const { user_code: userCode } = z.object({ user_code: z.string() }).parse(asked)
    return () => post(`${api}/auth/device/decide`, { userCode, approve: false }, headers)
  }),
  'DELETE /auth/sessions': asRegistered(async ({ headers, email }) => {
    await post(`${api}/auth/login`, { email, password })
    return () => call(`${api}/auth/sessions`, { method: 'DELETE', headers })
  }),
  'DELETE /auth/sessions/:sessionId': asRegistered(async ({ headers, email }) => {
    await post(`${api}/auth/login`, { email, password })
    const listed = await (await call(`${api}/auth/sessions`, { headers })).json()
    const { items } = z.object({ items: z.array(z.object({ id: z.string(), current: z.boolean() })) }).parse(listed)
    const other = items.find(({ current }) => !current)?.id
    return () => call(`${api}/auth/sessions/${other}`, { method: 'DELETE', headers })
  }),
  'POST /organizations': async () => {
    const headers = await (await anOrganization()).authorization()
    return {
      act: () => post(`${api}/organizations`, { name: 'Second' }, headers),
      organizationId: (a) => Made.parse(a).id,
    }
  },
  'PATCH /organizations/current': asOwner(
    async (_, headers) => () =>
      call(`${api}/organizations/current`, { method: 'PATCH', body: { name: 'New' }, headers }),
  ),
  'POST /organizations/leave': asOwner(async ({ organizationId }) => {
    const member = await aMember(organizationId, 'viewer')
    const headers = await member.authorization()
    return () => post(`${api}/organizations/leave`, undefined, headers)
  }),
  'PATCH /organizations/members/:userId': asOwner(async ({ organizationId }, headers) => {
    const { userId } = await aMember(organizationId, 'viewer')
    return () => call(`${api}/organizations/members/${userId}`, { method: 'PATCH', body: { role: 'auditor' }, headers })
  }),
  'DELETE /organizations/members/:userId': asOwner(async ({ organizationId }, headers) => {
    const { userId } = await aMember(organizationId, 'viewer')
    return () => call(`${api}/organizations/members/${userId}`, { method: 'DELETE', headers })
  }),
  'POST /organizations/invitations': asOwner(
    async (_, headers) => () =>
      post(`${api}/organizations/invitations`, { email: `${newId('usr')}@example.test`, role: 'viewer' }, headers),
  ),
  'DELETE /organizations/invitations/:invitationId': asOwner(async (_, headers) => {
    const body = { email: `${newId('usr')}@example.test`, role: 'viewer' }
    const id = await made(await post(`${api}/organizations/invitations`, body, headers))
    return () => call(`${api}/organizations/invitations/${id}`, { method: 'DELETE', headers })
  }),
  'POST /api-keys': asOwner(
    async (_, headers) => () => post(`${api}/api-keys`, { name: 'Robot', scopes: ['agents.read'] }, headers),
  ),
  'DELETE /api-keys/:keyId': asOwner(async (_, headers) => {
    const answer = await (await post(`${api}/api-keys`, { name: 'Robot', scopes: ['agents.read'] }, headers)).json()
    const { id } = z.object({ apiKey: Made }).parse(answer).apiKey
    return () => call(`${api}/api-keys/${id}`, { method: 'DELETE', headers })
  }),
  'POST /connectors': asOwner(async (_, headers) => () => post(`${api}/connectors`, { name: 'Lab' }, headers)),
  'PATCH /connectors/:id': onConnector('PATCH', '', { name: 'Renamed' }),
  'DELETE /connectors/:id': asOwner(async ({ ctx, organizationId }, headers) => {
    const { id } = await aConnector(ctx)
    await applyRoster(connectorContext(ctx, organizationId, id), id, [aGatewayAgent('main')])
    return () => call(`${api}/connectors/${id}`, { method: 'DELETE', headers })
  }),
  'POST /connectors/:id/rotate-token': onConnector('POST', '/rotate-token'),
  'POST /connectors/:id/pause': onConnector('POST', '/pause'),
  'POST /connectors/:id/resume': asOwner(async ({ ctx }, headers) => {
    const id = await aSilentConnector(ctx)
    await post(`${api}/connectors/${id}/pause`, undefined, headers)
    return () => post(`${api}/connectors/${id}/resume`, undefined, headers)
  }),
  'POST /approvals': asOwner(
    async (_, headers) => () => post(`${api}/approvals`, aRequest(), { ...headers, 'idempotency-key': unique('key') }),
  ),
  'POST /approvals/shown': asOwner(async ({ ctx }, headers) => {
    const { id } = await anApproval(ctx)
    return () => post(`${api}/approvals/shown`, { opened: [id] }, headers)
  }),
  'POST /approvals/batch': asOwner(async ({ ctx }, headers) => {
    const { id } = await anApproval(ctx)
    return () => post(`${api}/approvals/batch`, { items: [{ id, outcome: 'reject' }] }, headers)
  }),
  'POST /approvals/:id/approve': asOwner(async ({ ctx }, headers) => {
    const { id } = await aPendingApproval(ctx)
    return () => post(`${api}/approvals/${id}/approve`, {}, headers)
  }),
  'POST /approvals/:id/reject': onApproval('reject', () => ({})),
  'POST /approvals/:id/snooze': onApproval('snooze', () => ({ forMs: 3_600_000 })),
  'POST /approvals/:id/hand-over': onApproval('hand-over', ({ userId }) => ({ userId })),
  'POST /approvals/:id/comments': onApproval('comments', () => ({ text: 'Why now?' })),
  'POST /approvals/:id/confirm': asOwner(async (owner, headers) => {
    const subject = { action: 'deploy.release', command: 'make release' }
    const { id } = await anAskedApproval(owner, subject)
    const approver = await aMember(owner.organizationId, 'approver')
    await decideApproval(approver.ctx, id, { outcome: 'allow_once' })
    return () => post(`${api}/approvals/${id}/confirm`, subject, headers)
  }),
  'POST /approvals/:id/withdraw': asOwner(async (owner, headers) => {
    const { id } = await anAskedApproval(owner)
    return () => post(`${api}/approvals/${id}/withdraw`, undefined, headers)
  }),
  'POST /approvals/grants/:id/revoke': asOwner(async ({ ctx }, headers) => {
    const { id } = await aGrant(ctx)
    return () => post(`${api}/approvals/grants/${id}/revoke`, {}, headers)
  }),
  'POST /approvals/rules': onRules(
    () => '',
    'POST',
    () => ({ rule: { ...aRule('true'), id: undefined } }),
  ),
  'PUT /approvals/rules': asOwner(async (owner) => () => put(owner, 0, [aRule('true')])),
  'PUT /approvals/rules/order': onRules(
    () => '/order',
    'PUT',
    (ids) => ({ ids: ids.toReversed() }),
  ),
  'POST /approvals/rules/import': onRules(
    () => '/import',
    'POST',
    () => ({ file: { format: rulesFormat, rules: [aRule('false')] } }),
  ),
  'PATCH /approvals/rules/:id': onRules(
    ([id]) => `/${id}`,
    'PATCH',
    () => ({ enabled: false }),
  ),
  'DELETE /approvals/rules/:id': onRules(([id]) => `/${id}`, 'DELETE'),
  'PUT /audit/masking': asOwner(
    async (_, headers) => () =>
      call(`${api}/audit/masking`, {
        method: 'PUT',
        body: { personal: ['email'], fields: [], patterns: [], keepOriginals: false },
        headers: { ...headers, 'if-match': '"0"' },
      }),
  ),
  'PUT /drift/ignores': asOwner(
    async (_, headers) => () =>
      call(`${api}/drift/ignores`, {
        method: 'PUT',
        body: { patterns: ['heartbeat'] },
        headers: { ...headers, 'if-match': '"0"' },
      }),
  ),
  'POST /audit/events/:seq/erase': asOwner(async ({ ctx, organizationId }, headers) => {
    await recordStatement(ctx, 'organization.renamed', { name: 'Spoken' })
    await drainAudit(ctx, organizationId)
    return () => post(`${api}/audit/events/1/erase`, { reason: 'asked for' }, headers)
  }),
  'POST /audit/log/keys': asOwner(async (_, headers) => () => post(`${api}/audit/log/keys`, undefined, headers)),
  'PUT /audit/keeping/retention': asOwner(
    async (_, headers) => () =>
      call(`${api}/audit/keeping/retention`, {
        method: 'PUT',
        body: { windowDays: 30, archiveDays: 365 },
        headers: { ...headers, 'if-match': '"0"' },
      }),
  ),
  'POST /audit/keeping/holds': asOwner(
    async (_, headers) => () => post(`${api}/audit/keeping/holds`, { name: 'Case 7', reason: 'asked for' }, headers),
  ),
  'POST /audit/keeping/holds/:holdId/release': asOwner(async (_, headers) => {
    const id = await made(await post(`${api}/audit/keeping/holds`, { name: 'Case 7', reason: 'asked for' }, headers))
    return () => post(`${api}/audit/keeping/holds/${id}/release`, { reason: 'over' }, headers)
  }),
  'PUT /audit/public-address': asOwner(
    async (_, headers) => () => call(`${api}/audit/public-address`, { method: 'PUT', body: { open: true }, headers }),
  ),
  'POST /audit/witnesses': asOwner(async (_, headers) => () => post(`${api}/audit/witnesses`, aWitnessOf(), headers)),
  'PATCH /audit/witnesses/:id': onWitness('PATCH', { name: 'Another name' }),
  'DELETE /audit/witnesses/:id': onWitness('DELETE'),
  'POST /audit/witness/logs': asOwner(
    async (_, headers) => () => post(`${api}/audit/witness/logs`, { vkeys: [aLogKey('one.example/log')] }, headers),
  ),
  'PUT /audit/witness/logs/:id': onWitnessedLog('PUT', () => ({ vkeys: [aLogKey('one.example/log')] })),
  'DELETE /audit/witness/logs/:id': onWitnessedLog('DELETE'),
  'POST /audit/searches': asOwner(async (_, headers) => () => post(`${api}/audit/searches`, search, headers)),
  'PATCH /audit/searches/:id': onSearch('PATCH', { name: 'Very risky' }),
  'DELETE /audit/searches/:id': onSearch('DELETE'),
  'GET /audit/export': asOwner(async (_, headers) => () => call(`${api}/audit/export`, { headers })),
  'GET /artifacts/:id/content': asOwner(async (owner, headers) => {
    const { id } = await aStoredArtifact((await aConnector(owner.ctx)).id, headers)
    return () => call(`${api}/artifacts/${id}/content`, { headers })
  }),
  'GET /audit/events/export': asOwner(async (_, headers) => () => call(`${api}/audit/events/export`, { headers })),
}
