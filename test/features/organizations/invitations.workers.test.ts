import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { newId } from '../../../worker/platform/ids.ts'
import { password } from '../../support/accounts.ts'
import { auditTypes } from '../../support/audit.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { mailedToken, mailsTo } from '../../support/mails.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const invite = async (caller: Person, email: string, role = 'viewer') =>
  post('/api/v1/organizations/invitations', { email, role }, await caller.authorization())
const accept = async (caller: Person, token: string) =>
  post('/api/v1/organizations/invitations/accept', { token }, await caller.authorization())
const registerBy = (token: string, email: string) =>
  post('/api/v1/auth/register', { email, password, name: 'New', invitationToken: token })
const anAddress = () => `${newId('usr')}@example.test`

test('an invited person with an account joins by the mailed link, once', async () => {
  const owner = await anOrganization({ name: 'Lab' })
  const guest = await anOrganization()
  expect((await invite(owner, guest.email, 'operator')).status).toBe(201)
  const token = await mailedToken(guest.email, 'register')
  const joined = await accept(guest, token)
  expect(await joined.json()).toMatchObject({ id: owner.organizationId, name: 'Lab', role: 'operator' })
  expect(await codeOf(await accept(guest, token))).toBe('expired')
  expect(await auditTypes(owner.organizationId)).toEqual(['invitation.created', 'member.joined'])
})

test('of two who accept at once with the same link, one joins', async () => {
  const owner = await anOrganization()
  const guest = await anOrganization()
  await invite(owner, guest.email)
  const token = await mailedToken(guest.email, 'register')
  const answers = await Promise.all([accept(guest, token), accept(guest, token)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect((await auditTypes(owner.organizationId)).filter((type) => type === 'member.joined')).toHaveLength(1)
})

test('a link is for its address only, signed in or registering', async () => {
  const owner = await anOrganization()
  const invited = anAddress()
  await invite(owner, invited)
  const token = await mailedToken(invited, 'register')
  expect((await accept(await anOrganization(), token)).status).toBe(403)
  expect((await registerBy(token, anAddress())).status).toBe(422)
  expect((await registerBy(token, invited)).status).toBe(201)
})

test('a new person registers into the organization, with the address proved', async () => {
  const owner = await anOrganization()
  const invited = anAddress()
  await invite(owner, invited, 'approver')
  const answer = await registerBy(await mailedToken(invited, 'register'), invited)
  const { accessToken } = await answer.json<{ accessToken: string }>()
  const me = await call('/api/v1/me', { headers: { authorization: `Bearer ${accessToken}` } })
  expect(await me.json()).toMatchObject({
    emailVerified: true,
    organization: { id: owner.organizationId, role: 'approver' },
    organizations: [{ id: owner.organizationId }],
  })
})

test('two who register by one link at once become one person', async () => {
  const owner = await anOrganization()
  const invited = anAddress()
  await invite(owner, invited)
  const token = await mailedToken(invited, 'register')
  const answers = await Promise.all([registerBy(token, invited), registerBy(token, invited)])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  expect((await auditTypes(owner.organizationId)).filter((type) => type === 'member.joined')).toHaveLength(1)
})

test('a second invitation takes the place of the first, whose link then opens nothing', async () => {
  const owner = await anOrganization()
  const guest = await anOrganization()
  await invite(owner, guest.email)
  const first = await mailedToken(guest.email, 'register')
  await invite(owner, guest.email, 'admin')
  expect(await codeOf(await accept(guest, first))).toBe('expired')
  const second = (await mailsTo(guest.email)).map(({ text }) => /invitation=(\S+)/.exec(text)?.[1] ?? '')
  const answers = await Promise.all(second.filter((token) => token !== first).map((token) => accept(guest, token)))
  expect(await answers[0]?.json()).toMatchObject({ role: 'admin' })
})

test('an invitation that was revoked or has expired opens nothing', async () => {
  const owner = await anOrganization()
  const guest = await anOrganization()
  const { id } = await (await invite(owner, guest.email)).json<{ id: string }>()
  const token = await mailedToken(guest.email, 'register')
  const path = `/api/v1/organizations/invitations/${id}`
  const stranger = await anOrganization()
  expect((await call(path, { method: 'DELETE', headers: await stranger.authorization() })).status).toBe(404)
  expect((await call(path, { method: 'DELETE', headers: await owner.authorization() })).status).toBe(204)
  expect((await call(path, { method: 'DELETE', headers: await owner.authorization() })).status).toBe(404)
  expect(await codeOf(await accept(guest, token))).toBe('expired')

  await invite(owner, guest.email)
  await env.DB.prepare('update invitations set expires_at = 1 where organization_id = ?')
    .bind(owner.organizationId)
    .run()
  const late = (await mailsTo(guest.email)).map(({ text }) => /invitation=(\S+)/.exec(text)?.[1] ?? '')
  for (const each of late) expect((await accept(guest, each)).status).toBe(409)
})

test('who may not write members invites nobody, and a member is not invited again', async () => {
  const owner = await anOrganization()
  const viewer = await aMember(owner.organizationId, 'viewer')
  expect((await invite(viewer, anAddress())).status).toBe(403)
  expect(await codeOf(await invite(owner, viewer.email))).toBe('conflict')
  expect((await invite(owner, anAddress(), 'owner')).status).toBe(422)
})
