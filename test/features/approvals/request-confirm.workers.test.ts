import { expect, test } from 'vitest'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { showApproval } from '../../../worker/features/approvals/list.ts'
import type { RequestApproval } from '../../../worker/features/approvals/requester/contract.ts'
import { approvals } from '../../../worker/features/approvals/schema.ts'
import { drainAudit } from '../../../worker/features/audit/drain.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { aPendingApproval } from '../../support/approvals.ts'
import { post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'
import { anAskedApproval } from '../../support/requests.ts'

const subject = {
  action: 'deploy.release',
  command: 'helm upgrade shop',
  arguments: { cluster: 'eu', replicas: 3 },
  cwd: '/srv',
}

const aWorld = async (facts: Partial<RequestApproval> = {}) => {
  const owner = await anOrganization()
  const approver = await aMember(owner.organizationId, 'approver')
  const { id } = await anAskedApproval(owner, { ...subject, ...facts })
  const confirm = async (body: unknown = subject, by: Person = owner) => {
    const answer = await post(`/api/v1/approvals/${id}/confirm`, body, await by.authorization())
    return { status: answer.status, body: await answer.json() }
  }
  const refusal = async (body?: unknown, by?: Person) => {
    const answer = await confirm(body, by)
    return [answer.status, Problem.parse(answer.body).code]
  }
  const decide = (outcome: 'allow_once' | 'reject') => decideApproval(approver.ctx, id, { outcome })
  const state = async () => {
    const { state, stateReason } = await showApproval(owner.ctx, id)
    return [state, stateReason]
  }
  const events = async (type: string) => {
    await drainAudit(owner.ctx, owner.organizationId)
    return (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  }
  return { owner, approver, id, confirm, refusal, decide, state, events }
}

test('what was shown and allowed once is confirmed once', async () => {
  const { confirm, refusal, decide, state, events, id } = await aWorld()
  await decide('allow_once')
  const inAnyOrder = { ...subject, arguments: { replicas: 3, cluster: 'eu' } }
  expect(await confirm(inAnyOrder)).toMatchObject({ status: 200, body: { state: 'confirmed' } })
  expect(await refusal()).toEqual([409, 'conflict'])
  expect(await state()).toEqual(['confirmed', null])
  expect(await events('approval.confirmed')).toMatchObject([{ target: id, payload: { outcome: 'allow_once' } }])
})

test('of twenty that confirm at once, one may', async () => {
  const { confirm, decide, events } = await aWorld()
  await decide('allow_once')
  const answers = await Promise.all(Array.from({ length: 20 }, () => confirm()))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)])
  expect(await events('approval.confirmed')).toHaveLength(1)
})

test('what was allowed always is confirmed as often as it is asked, with one event', async () => {
  const { owner, confirm, decide, events } = await aWorld()
  await decide('allow_once')
  await owner.ctx.db.update(approvals).set({ outcome: 'allow_always' })
  expect([(await confirm()).status, (await confirm()).status]).toEqual([200, 200])
  expect(await events('approval.confirmed')).toHaveLength(1)
})

test.each([
  ['action', 'deploy.other'],
  ['command', 'helm upgrade shop '],
  ['arguments', { cluster: 'eu', replicas: 4 }],
  ['arguments', null],
  ['cwd', '/'],
])('another %s is stale, and the decision does not count any more', async (name, value) => {
  const { decide, refusal, state, events, id } = await aWorld()
  await decide('allow_once')
  const other = { ...subject, [name]: value }
  expect(await refusal(other)).toEqual([409, 'stale'])
  expect(await state()).toEqual(['undeliverable', 'mismatch'])
  expect(await refusal()).toEqual([409, 'conflict'])
  const [event, ...more] = await events('approval.mismatched')
  expect(more).toEqual([])
  expect(event).toMatchObject({ target: id, risk: 'high' })
  expect(JSON.parse(String(event?.payload.found))).toEqual({ [name]: value })
})

test('another command after the confirmation is refused and told, and what was done stays confirmed', async () => {
  const { decide, confirm, refusal, state, events } = await aWorld()
  await decide('allow_once')
  await confirm()
  expect(await refusal({ ...subject, command: 'rm -rf /' })).toEqual([409, 'stale'])
  expect(await state()).toEqual(['confirmed', null])
  expect(await events('approval.mismatched')).toHaveLength(1)
})

test('what was refused is not confirmed: the answer is the decision, which is thereby delivered', async () => {
  const { decide, confirm, state, events, approver } = await aWorld()
  await decide('reject')
  const answer = await confirm()
  expect(answer).toMatchObject({
    status: 409,
    body: { code: 'conflict', context: { decision: { outcome: 'reject', by: { id: approver.userId } } } },
  })
  await confirm()
  expect(await state()).toEqual(['delivered', null])
  expect(await events('approval.delivered')).toHaveLength(1)
})

test('nothing is confirmed before a decision, by somebody else, or by a stranger', async () => {
  const { decide, refusal, state, owner } = await aWorld()
  expect(await refusal()).toEqual([409, 'conflict'])
  await decide('allow_once')
  const colleague = await aMember(owner.organizationId, 'admin')
  expect(await refusal(subject, colleague)).toEqual([403, 'forbidden'])
  expect(await refusal(subject, await anOrganization())).toEqual([404, 'not_found'])
  expect(await state()).toEqual(['decided', null])
  const gateways = await aPendingApproval(owner.ctx)
  const answer = await post(`/api/v1/approvals/${gateways.id}/confirm`, subject, await owner.authorization())
  expect(answer.status).toBe(403)
})
