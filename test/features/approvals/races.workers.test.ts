import { expect, test } from 'vitest'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { type DecideApproval, decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { readApproval } from '../../../worker/features/approvals/reading/store.ts'
import { AppError } from '../../../worker/platform/errors.ts'
import { anApproval, askOf, manyApprovals } from '../../support/asked.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

/** The approval as the caller got it, or the code of the refusal. */
const tried = async ({ ctx }: Person, id: string, outcome: DecideApproval['outcome']) => {
  try {
    return Approval.parse(await decideApproval(ctx, id, { outcome }))
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}
const decidedEvents = async ({ organizationId }: Person) =>
  (await checkAuditLog(organizationId)).filter(({ type }) => type === 'approval.decided')
const approvers = ({ organizationId }: Person, count: number) =>
  Promise.all(Array.from({ length: count }, () => aMember(organizationId, 'approver')))

test('of opposite decisions at once one wins, and one event tells of it', { timeout: 60_000 }, async () => {
  const owner = await anOrganization()
  const [one, other] = await approvers(owner, 2)
  if (!one || !other) throw new Error('two were made')
  const made = await manyApprovals(owner.ctx, 60)
  const ends = await Promise.all(
    made.map(({ id }) => Promise.all([tried(one, id, 'allow_once'), tried(other, id, 'reject')])),
  )
  for (const end of ends) expect(end.filter((each) => each === 'already_decided')).toHaveLength(1)
  const events = await decidedEvents(owner)
  expect(events.map(({ target }) => target).sort()).toEqual(made.map(({ id }) => id).sort())
  for (const { id } of made) {
    const { outcome, decidedById } = await readApproval(owner.ctx, id)
    const event = events.find(({ target }) => target === id)
    expect(event).toMatchObject({ payload: { outcome }, actor: { id: decidedById } })
  }
})

test('of many who race to complete a quorum exactly as many count as it takes', { timeout: 60_000 }, async () => {
  const owner = await anOrganization()
  const people = await approvers(owner, 6)
  for (let round = 0; round < 5; round++) {
    const { id } = await anApproval(owner.ctx, { ask: askOf([{ roles: ['approver'], quorum: 3 }]) })
    const ends = await Promise.all(people.map((person) => tried(person, id, 'allow_once')))
    expect(ends.filter((end) => end === 'already_decided')).toHaveLength(3)
    expect(ends.filter((end) => typeof end !== 'string' && end.state === 'decided')).toHaveLength(1)
    const { votes, voteCount, state } = await readApproval(owner.ctx, id)
    expect([votes.length, voteCount, state]).toEqual([3, 3, 'decided'])
  }
  expect(await decidedEvents(owner)).toHaveLength(5)
})

test('agreement and a refusal that race leave one decision, and every vote counted is in it', {
  timeout: 60_000,
}, async () => {
  const owner = await anOrganization()
  const people = await approvers(owner, 4)
  for (let round = 0; round < 8; round++) {
    const { id } = await anApproval(owner.ctx, { ask: askOf([{ roles: ['approver'], quorum: 3 }]) })
    const ends = await Promise.all(
      people.map((person, index) => tried(person, id, index === round % 4 ? 'reject' : 'allow_once')),
    )
    const { votes, voteCount, state, outcome } = await readApproval(owner.ctx, id)
    expect([state, voteCount]).toEqual(['decided', votes.length])
    expect(votes.length).toBe(ends.filter((end) => typeof end !== 'string').length)
    const refusals = votes.filter((vote) => vote.outcome === 'reject')
    expect(outcome).toBe(refusals.length === 1 ? 'reject' : 'allow_once')
    expect(votes.length - refusals.length).toBeLessThanOrEqual(refusals.length === 1 ? 2 : 3)
  }
  expect(await decidedEvents(owner)).toHaveLength(8)
})

test('one person who decides twice at once has one vote', async () => {
  const owner = await anOrganization()
  const { id } = await anApproval(owner.ctx, { ask: askOf([{ roles: ['owner'], quorum: 2 }]) })
  const ends = await Promise.all([1, 2, 3].map(() => tried(owner, id, 'allow_once')))
  expect(ends.filter((end) => end === 'conflict')).toHaveLength(2)
  expect((await readApproval(owner.ctx, id)).votes).toHaveLength(1)
})
