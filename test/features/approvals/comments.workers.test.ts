import { expect, test } from 'vitest'
import { Comment } from '../../../worker/features/approvals/attention/contract.ts'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anApproval, askOf, storedApprovals } from '../../support/asked.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const say = async (person: Person, id: string, text: unknown) =>
  post(`/api/v1/approvals/${id}/comments`, { text }, await person.authorization())
const handOver = async (person: Person, id: string, userId: string, note?: string) =>
  post(`/api/v1/approvals/${id}/hand-over`, { userId, ...(note && { note }) }, await person.authorization())
const show = async (person: Person, id: string) =>
  Approval.parse(await (await call(`/api/v1/approvals/${id}`, { headers: await person.authorization() })).json())
const eventsOf = async ({ organizationId }: Person, type: string) =>
  (await checkAuditLog(organizationId)).filter((entry) => entry.type === type)

test('a comment is counted, stays after the decision, and what it says is not in the sequence', async () => {
  const owner = await anOrganization()
  const { id } = await anApproval(owner.ctx)
  const answer = await say(owner, id, ' why now? ')
  expect(answer.status).toBe(201)
  const comment = Comment.parse(await answer.json())
  expect(comment).toMatchObject({ text: 'why now?', by: { id: owner.userId, name: 'Person owner' } })
  await post(`/api/v1/approvals/${id}/reject`, {}, await owner.authorization())
  expect((await say(owner, id, 'that is why')).status).toBe(201)
  expect((await show(owner, id)).comments).toBe(2)
  const told = await eventsOf(owner, 'approval.commented')
  expect(told[0]).toMatchObject({ target: id, payload: { approvalId: id, commentId: comment.id } })
  expect(JSON.stringify(told)).not.toContain('why now?')
})

test('a comment elsewhere, without the right or without words is refused', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const viewer = await aMember(owner.organizationId, 'viewer')
  const { id } = await anApproval(owner.ctx)
  const before = await storedApprovals(owner.ctx)
  expect(await codeOf(await say(stranger, id, 'mine'))).toBe('not_found')
  expect(await codeOf(await say(owner, newId('apr'), 'nothing'))).toBe('not_found')
  expect(await codeOf(await say(viewer, id, 'me too'))).toBe('forbidden')
  for (const text of ['  ', 'x'.repeat(4_001), 7]) expect(await codeOf(await say(owner, id, text))).toBe('invalid')
  expect(await storedApprovals(owner.ctx)).toEqual(before)
})

test('handed over it has an assignee, whoever may decide still may, and twice is once', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  const { id } = await anApproval(owner.ctx)
  const answers = await Promise.all([
    handOver(owner, id, admin.userId, 'yours'),
    handOver(owner, id, admin.userId, 'yours'),
  ])
  for (const answer of answers)
    expect(Approval.parse(await answer.json()).assignee).toEqual({ id: admin.userId, name: 'Person admin' })
  expect(await eventsOf(owner, 'approval.handed-over')).toMatchObject([
    { target: id, payload: { userId: admin.userId, note: 'yours' } },
  ])
  expect((await post(`/api/v1/approvals/${id}/approve`, {}, await owner.authorization())).status).toBe(200)
  expect(await codeOf(await handOver(owner, id, owner.userId))).toBe('already_decided')
})

test('it is handed over only to a member who could decide it', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const people = {
    viewer: await aMember(owner.organizationId, 'viewer'),
    notAsked: await aMember(owner.organizationId, 'approver'),
    requester: await aMember(owner.organizationId, 'admin'),
    stranger,
  }
  const ask = askOf([{ roles: ['admin', 'owner'] }])
  const { id } = await anApproval(owner.ctx, { ask, requestedByUser: people.requester.userId })
  const before = await storedApprovals(owner.ctx)
  for (const { userId } of Object.values(people)) {
    const answer = await handOver(owner, id, userId)
    expect([answer.status, await codeOf(answer)]).toEqual([422, 'invalid'])
  }
  expect(await codeOf(await handOver(stranger, id, stranger.userId))).toBe('not_found')
  expect(await codeOf(await handOver(people.viewer, id, owner.userId))).toBe('forbidden')
  expect(await storedApprovals(owner.ctx)).toEqual(before)
  expect(await eventsOf(owner, 'approval.handed-over')).toEqual([])
})
