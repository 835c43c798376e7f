import { expect, test } from 'vitest'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anApproval, askOf, storedApprovals } from '../../support/asked.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const tell = async (person: Person, body: unknown) =>
  post('/api/v1/approvals/shown', body, await person.authorization())
const snooze = async (person: Person, id: string, forMs = 3_600_000) =>
  post(`/api/v1/approvals/${id}/snooze`, { forMs }, await person.authorization())
const show = async (person: Person, id: string) =>
  Approval.parse(await (await call(`/api/v1/approvals/${id}`, { headers: await person.authorization() })).json())
const page = async (person: Person, query: string) => {
  const answer = await call(`/api/v1/approvals?${query}`, { headers: await person.authorization() })
  expect(answer.status).toBe(200)
  return Page(Approval).parse(await answer.json())
}
const mine = async (person: Person) => (await page(person, 'state=mine')).items.map(({ id }) => id)
const eventsOf = async ({ organizationId }: Person, type: string) =>
  (await checkAuditLog(organizationId)).filter((entry) => entry.type === type)
const viewsOf = async (person: Person, id: string) =>
  (await storedApprovals(person.ctx))[2].filter(({ approvalId }) => approvalId === id)

test('each caller is told whether they may decide, and if not, why', async () => {
  const owner = await anOrganization()
  const [approver, viewer] = [
    await aMember(owner.organizationId, 'approver'),
    await aMember(owner.organizationId, 'viewer'),
  ]
  const ask = askOf([{ roles: ['owner', 'approver'], quorum: 2 }])
  const { id } = await anApproval(owner.ctx, { ask, requestedByUser: owner.userId })
  const told = async (person: Person) => (await show(person, id)).refusedToCaller
  expect(await told(owner)).toBe('own_request')
  expect(await told(viewer)).toBe('no_capability')
  expect(await told(await aMember(owner.organizationId, 'admin'))).toBe('not_eligible')
  expect(await told(approver)).toBeNull()
  await post(`/api/v1/approvals/${id}/approve`, {}, await approver.authorization())
  expect(await told(approver)).toBe('already_voted')
  expect((await show(viewer, id)).missing).toEqual([1])
})

test('one’s own inbox holds what one may decide now, and nothing else', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const admin = await aMember(owner.organizationId, 'admin')
  const viewer = await aMember(owner.organizationId, 'viewer')
  const forAdmins = askOf([{ roles: ['admin'] }])
  const escalating = { ...forAdmins, escalate: { afterMs: 60_000, to: { roles: [], members: [owner.userId] } } }
  const anyone = await anApproval(owner.ctx)
  const named = await anApproval(owner.ctx, { ask: askOf([{ roles: ['auditor'] }, { members: [owner.userId] }]) })
  const escalated = await anApproval(owner.ctx, { ask: escalating, escalatesAt: Date.now() - 1 })
  const others = await anApproval(owner.ctx, { ask: escalating, escalatesAt: Date.now() + 60_000 })
  const own = await anApproval(owner.ctx, { requestedByUser: owner.userId })
  const ownFree = await anApproval(owner.ctx, {
    requestedByUser: owner.userId,
    ask: askOf([{ roles: ['owner'] }], { separationOfDuty: false }),
  })
  await anApproval(owner.ctx, { expiresAt: Date.now() - 1 })
  await anApproval(owner.ctx, { ask: null, state: 'decided', outcome: 'allow_once', decidedByKind: 'rule' })
  const voted = await anApproval(owner.ctx, { ask: askOf([{ roles: ['owner'], quorum: 2 }]) })
  await post(`/api/v1/approvals/${voted.id}/approve`, {}, await owner.authorization())
  const snoozed = await anApproval(owner.ctx)
  await snooze(owner, snoozed.id)
  expect(await mine(owner)).toEqual([ownFree.id, escalated.id, named.id, anyone.id])
  expect(await mine(admin)).toEqual([snoozed.id, own.id, others.id, escalated.id, anyone.id])
  expect([await mine(viewer), await mine(stranger)]).toEqual([[], []])
  for (const { items } of [await page(owner, 'state=mine'), await page(admin, 'state=mine')])
    expect(items.every(({ refusedToCaller }) => refusedToCaller === null)).toBe(true)
})

test('pages of one’s inbox lose and repeat nothing', async () => {
  const owner = await anOrganization()
  const made: string[] = []
  for (let index = 0; index < 5; index++) made.unshift((await anApproval(owner.ctx)).id)
  const first = await page(owner, 'state=mine&limit=2')
  const second = await page(owner, `state=mine&limit=2&cursor=${first.nextCursor}`)
  const third = await page(owner, `state=mine&limit=2&cursor=${second.nextCursor}`)
  expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(made)
  expect(third.nextCursor).toBeNull()
})

test('what a screen showed is kept once: when first, to whom, and what was opened', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  const { id } = await anApproval(owner.ctx)
  expect((await tell(owner, { listed: [id, newId('apr')] })).status).toBe(204)
  const { shownAt } = await show(owner, id)
  expect(shownAt).not.toBeNull()
  expect(await viewsOf(owner, id)).toMatchObject([{ userId: owner.userId, openedAt: null }])
  expect(await eventsOf(owner, 'approval.shown')).toEqual([])
  await Promise.all([tell(owner, { opened: [id] }), tell(owner, { opened: [id] })])
  await tell(admin, { opened: [id] })
  await tell(owner, { listed: [id] })
  expect((await show(owner, id)).shownAt).toBe(shownAt)
  const views = await viewsOf(owner, id)
  expect(views.map(({ userId, openedAt }) => [userId, openedAt !== null]).sort()).toEqual(
    [
      [owner.userId, true],
      [admin.userId, true],
    ].sort(),
  )
  const told = (await eventsOf(owner, 'approval.shown')).map(({ payload }) => payload.userId)
  expect(told.sort()).toEqual([owner.userId, admin.userId].sort())
})

test('nothing is kept of what is decided, of another organization, or by who does not decide', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const viewer = await aMember(owner.organizationId, 'viewer')
  const open = await anApproval(owner.ctx)
  const decided = await anApproval(owner.ctx)
  await post(`/api/v1/approvals/${decided.id}/reject`, {}, await owner.authorization())
  const before = await storedApprovals(owner.ctx)
  expect((await tell(owner, { opened: [decided.id] })).status).toBe(204)
  expect((await tell(stranger, { listed: [open.id], opened: [open.id] })).status).toBe(204)
  expect((await tell(viewer, { opened: [open.id] })).status).toBe(204)
  expect(await storedApprovals(owner.ctx)).toEqual(before)
  expect(await codeOf(await tell(owner, { opened: ['x'] }))).toBe('invalid')
})

test('snoozed is hidden from one person only, and for so long', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  const { id } = await anApproval(owner.ctx)
  const answer = Approval.parse(await (await snooze(owner, id, 60_000)).json())
  expect(Date.parse(answer.snoozedUntil ?? '') - Date.now()).toBeGreaterThan(50_000)
  expect(await snooze(owner, id, 7_200_000)).toMatchObject({ status: 200 })
  expect(Date.parse((await show(owner, id)).snoozedUntil ?? '') - Date.now()).toBeGreaterThan(7_000_000)
  expect((await show(admin, id)).snoozedUntil).toBeNull()
  expect([await mine(owner), await mine(admin)]).toEqual([[], [id]])
  expect(await eventsOf(owner, 'approval.snoozed')).toHaveLength(2)
})

test('what is decided, elsewhere or not one’s to decide is not snoozed', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const viewer = await aMember(owner.organizationId, 'viewer')
  const open = await anApproval(owner.ctx)
  const [decided, late] = [await anApproval(owner.ctx), await anApproval(owner.ctx, { expiresAt: Date.now() - 1 })]
  await post(`/api/v1/approvals/${decided.id}/reject`, {}, await owner.authorization())
  const before = await storedApprovals(owner.ctx)
  expect(await codeOf(await snooze(owner, decided.id))).toBe('already_decided')
  expect(await codeOf(await snooze(owner, late.id))).toBe('expired')
  expect(await codeOf(await snooze(stranger, open.id))).toBe('not_found')
  expect(await codeOf(await snooze(viewer, open.id))).toBe('forbidden')
  expect(await codeOf(await snooze(owner, open.id, 1))).toBe('invalid')
  expect(await storedApprovals(owner.ctx)).toEqual(before)
  expect(await eventsOf(owner, 'approval.snoozed')).toEqual([])
})
