import { expect, test } from 'vitest'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { actingFor } from '../../../worker/platform/context.ts'
import { aKeyOf, anApproval, askOf, storedApprovals } from '../../support/asked.ts'
import { codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const decide = async (person: Pick<Person, 'authorization'>, id: string, verb: 'approve' | 'reject' = 'approve') =>
  post(`/api/v1/approvals/${id}/${verb}`, {}, await person.authorization())
const shown = async (answer: Response) => {
  expect(answer.status).toBe(200)
  return Approval.parse(await answer.json())
}
const eventsOf = async ({ organizationId }: Person) =>
  (await checkAuditLog(organizationId)).filter(({ type }) => type.startsWith('approval.'))
const typesOf = async (person: Person) => (await eventsOf(person)).map(({ type }) => type)

/** Refused with this code, and nothing is left of it but one event that says why. */
const leavesOnlyAnEvent = async (owner: Person, code: string, because: string, act: () => Promise<Response>) => {
  const [before, told] = [await storedApprovals(owner.ctx), (await eventsOf(owner)).length]
  expect(await codeOf(await act())).toBe(code)
  expect(await storedApprovals(owner.ctx)).toEqual(before)
  const events = (await eventsOf(owner)).slice(told)
  expect(events).toMatchObject([{ type: 'approval.decision-refused', payload: { because } }])
}

test('of a quorum the first vote says who is missing, and the last one decides', async () => {
  const owner = await anOrganization()
  const second = await aMember(owner.organizationId, 'approver')
  const { id, digest } = await anApproval(owner.ctx, { ask: askOf([{ roles: ['owner', 'approver'], quorum: 2 }]) })
  const waiting = await shown(await decide(owner, id))
  expect(waiting).toMatchObject({ state: 'pending', missing: [1], decision: null, refusedToCaller: 'already_voted' })
  expect(waiting.votes).toMatchObject([{ outcome: 'allow_once', digest, signed: false, by: { userId: owner.userId } }])
  const decided = await shown(await decide(second, id))
  expect(decided).toMatchObject({ state: 'decided', missing: [], decision: { by: { id: second.userId } } })
  expect(decided.votes.map(({ by }) => by.userId)).toEqual([owner.userId, second.userId])
  expect(await typesOf(owner)).toEqual(['approval.voted', 'approval.decided'])
})

test('all groups have to agree, and one person counts in one of them only', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  const operator = await aMember(owner.organizationId, 'operator')
  const { id } = await anApproval(owner.ctx, { ask: askOf([{ roles: ['admin', 'operator'] }, { roles: ['admin'] }]) })
  expect(await shown(await decide(admin, id))).toMatchObject({ state: 'pending', missing: [0, 1] })
  // The admin moves over to the group where nobody else fits.
  expect(await shown(await decide(operator, id))).toMatchObject({ state: 'decided' })
})

test('members are asked by name, whatever their role', async () => {
  const owner = await anOrganization()
  const named = await aMember(owner.organizationId, 'approver')
  const { id } = await anApproval(owner.ctx, { ask: askOf([{ members: [named.userId] }]) })
  await leavesOnlyAnEvent(owner, 'not_eligible', 'not_eligible', () => decide(owner, id))
  expect(await shown(await decide(named, id))).toMatchObject({ state: 'decided' })
})

test('one refusal refuses at once, however many agreed before', async () => {
  const owner = await anOrganization()
  const people = await Promise.all([1, 2, 3].map(() => aMember(owner.organizationId, 'approver')))
  const { id } = await anApproval(owner.ctx, { ask: askOf([{ roles: ['approver'], quorum: 3 }]) })
  const [first, second, third] = people
  if (!first || !second || !third) throw new Error('three were made')
  await decide(first, id)
  expect(await shown(await decide(second, id, 'reject'))).toMatchObject({
    state: 'decided',
    decision: { outcome: 'reject', by: { id: second.userId } },
  })
  await leavesOnlyAnEvent(owner, 'already_decided', 'already_decided', () => decide(third, id))
})

test('nobody votes twice, also not through a key of theirs', async () => {
  const owner = await anOrganization()
  const key = await aKeyOf(owner)
  const { id } = await anApproval(owner.ctx, { ask: askOf([{ roles: ['owner'], quorum: 2 }]) })
  await decide(owner, id)
  await leavesOnlyAnEvent(owner, 'conflict', 'already_voted', () => decide(owner, id))
  await leavesOnlyAnEvent(owner, 'conflict', 'already_voted', () => decide(owner, id, 'reject'))
  await leavesOnlyAnEvent(owner, 'conflict', 'already_voted', () => decide(key, id))
})

test('nobody decides on their own request, also not through a key of theirs, unless the rule lets them', async () => {
  const owner = await anOrganization()
  const key = await aKeyOf(owner)
  const { id } = await anApproval(owner.ctx, { requestedByUser: owner.userId })
  await leavesOnlyAnEvent(owner, 'own_request', 'own_request', () => decide(owner, id))
  await leavesOnlyAnEvent(owner, 'own_request', 'own_request', () => decide(key, id, 'reject'))
  const ask = askOf([{ roles: ['owner'] }], { separationOfDuty: false })
  const free = await anApproval(owner.ctx, { requestedByUser: owner.userId, ask })
  const decided = await shown(await decide(key, free.id))
  expect(decided).toMatchObject({ state: 'decided', decision: { by: { kind: 'api_key' } } })
  expect(decided.votes).toMatchObject([{ by: { kind: 'api_key', userId: owner.userId } }])
})

test('after its time an escalation lets others decide, in any group', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  const ask = askOf([{ roles: ['approver'] }], { escalate: { afterMs: 60_000, to: { roles: ['admin'], members: [] } } })
  const early = await anApproval(owner.ctx, { ask, escalatesAt: Date.now() + 60_000 })
  await leavesOnlyAnEvent(owner, 'not_eligible', 'not_eligible', () => decide(admin, early.id))
  const late = await anApproval(owner.ctx, { ask, escalatesAt: Date.now() - 1 })
  expect(await shown(await decide(admin, late.id))).toMatchObject({ state: 'decided' })
})

test('too late, or about something else, leaves only an event', async () => {
  const owner = await anOrganization()
  const { id } = await anApproval(owner.ctx, { expiresAt: Date.now() - 1 })
  await leavesOnlyAnEvent(owner, 'expired', 'expired', () => decide(owner, id))
  const open = await anApproval(owner.ctx)
  const stale = async () =>
    post(`/api/v1/approvals/${open.id}/approve`, { digest: '0'.repeat(64) }, await owner.authorization())
  await leavesOnlyAnEvent(owner, 'stale', 'stale', stale)
})

test('a machine, which nobody asked, cannot vote', async () => {
  const owner = await anOrganization()
  const { id } = await anApproval(owner.ctx)
  const machine = actingFor(owner.ctx, owner.organizationId, { kind: 'system', id: 'clock' })
  await expect(decideApproval(machine, id, { outcome: 'allow_once' })).rejects.toMatchObject({ code: 'not_eligible' })
})

test('a vote from another organization finds nothing, and leaves nothing', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const { id } = await anApproval(owner.ctx, { ask: askOf([{ roles: ['owner'], members: [stranger.userId] }]) })
  const before = await storedApprovals(owner.ctx)
  expect((await decide(stranger, id)).status).toBe(404)
  expect(await storedApprovals(owner.ctx)).toEqual(before)
  expect([await typesOf(owner), await typesOf(stranger)]).toEqual([[], []])
})
