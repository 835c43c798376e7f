import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import type { ApprovalClock } from '../../../durable-objects/approval-clock/approval-clock.ts'
import { showApproval } from '../../../worker/features/approvals/list.ts'
import { requestApproval } from '../../../worker/features/approvals/request.ts'
import { drainAudit } from '../../../worker/features/audit/drain.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { unique } from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'
import { aRequest } from '../../support/requests.ts'

const clockOf = (organizationId: string) => env.APPROVAL_CLOCK.get(env.APPROVAL_CLOCK.idFromName(organizationId))
type Clock = ReturnType<typeof clockOf>

const dueAt = (clock: Clock) => runInDurableObject(clock, (_: ApprovalClock, { storage }) => storage.getAlarm())

const aWorld = async () => {
  const owner = await anOrganization()
  const clock = clockOf(owner.organizationId)
  const ask = async (expiresInMs: number) => {
    const { row } = await requestApproval(owner.ctx, aRequest({ expiresInMs }), { idempotencyKey: unique('key') })
    return row
  }
  const states = (...ids: string[]) => Promise.all(ids.map(async (id) => (await showApproval(owner.ctx, id)).state))
  const expired = async () => {
    await drainAudit(owner.ctx, owner.organizationId)
    return (await checkAuditLog(owner.organizationId)).filter(({ type }) => type === 'approval.expired').length
  }
  const isSetFor = (at: number) => vi.waitFor(async () => expect(await dueAt(clock)).toBe(at), 20_000)
  return { ...owner, clock, ask, states, expired, isSetFor }
}

const later = (ms: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + ms)
}

afterEach(() => {
  vi.useRealTimers()
})

test('goes off at the earliest deadline, whatever order the requests come in', async () => {
  const { ask, isSetFor } = await aWorld()
  await isSetFor((await ask(60_000)).expiresAt)
  const sooner = await ask(30_000)
  await isSetFor(sooner.expiresAt)
  await ask(90_000)
  await isSetFor(sooner.expiresAt)
})

test('ends what is due when it goes off, and is set for what is next', async () => {
  const { clock, ask, states, isSetFor, expired } = await aWorld()
  const [first, second] = [await ask(20_000), await ask(600_000)]
  await isSetFor(first.expiresAt)
  later(20_100)
  await runDurableObjectAlarm(clock)
  expect(await states(first.id, second.id)).toEqual(['expired', 'pending'])
  expect(await dueAt(clock)).toBe(second.expiresAt)
  expect(await expired()).toBe(1)
})

test('survives eviction, and going off twice is going off once', async () => {
  const { clock, ask, states, isSetFor, expired, organizationId } = await aWorld()
  const row = await ask(20_000)
  await isSetFor(row.expiresAt)
  await evictDurableObject(clock)
  expect(await dueAt(clock)).toBe(row.expiresAt)
  later(20_100)
  await runDurableObjectAlarm(clock)
  await clock.wake(organizationId, Date.now())
  await evictDurableObject(clock)
  later(1_000)
  await runDurableObjectAlarm(clock)
  expect(await states(row.id)).toEqual(['expired'])
  expect(await expired()).toBe(1)
  expect(await dueAt(clock)).toBeNull()
})

test('that fails goes off again soon, and nothing is lost', async () => {
  const { clock, ask, states, isSetFor, ctx } = await aWorld()
  const row = await ask(20_000)
  await isSetFor(row.expiresAt)
  later(20_100)
  await ctx.env.DB.prepare('ALTER TABLE approvals RENAME TO away').run()
  await runDurableObjectAlarm(clock)
  const retryAt = await dueAt(clock)
  expect(retryAt).toBeGreaterThan(Date.now())
  await ctx.env.DB.prepare('ALTER TABLE away RENAME TO approvals').run()
  later(10_000)
  await runDurableObjectAlarm(clock)
  expect(await states(row.id)).toEqual(['expired'])
})

test('of one organization leaves the others alone', async () => {
  const [one, other] = [await aWorld(), await aWorld()]
  const rows = [await one.ask(20_000), await other.ask(20_000)]
  await one.isSetFor(rows[0]?.expiresAt ?? 0)
  later(20_100)
  await runDurableObjectAlarm(one.clock)
  expect(await one.states(rows[0]?.id ?? '')).toEqual(['expired'])
  expect(await other.states(rows[1]?.id ?? '')).toEqual(['pending'])
})
