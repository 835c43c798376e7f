import { env, runInDurableObject } from 'cloudflare:test'
import { eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { drainAllAudit, drainAudit, drainSoon } from '../../../worker/features/audit/drain.ts'
import { auditStatement, recordStatement } from '../../../worker/features/audit/record.ts'
import { recordRefusal } from '../../../worker/features/audit/refused.ts'
import { auditOutbox } from '../../../worker/features/audit/schema.ts'
import { organizations } from '../../../worker/features/organizations/schema.ts'
import type { OrganizationContext } from '../../../worker/platform/context.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { anEvent } from '../../support/audit-events.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { anOrganization } from '../../support/organizations.ts'

const rename = (ctx: OrganizationContext, from: string, name: string) =>
  ctx.db
    .update(organizations)
    .set({ name })
    .where(sql`${organizations.id} = ${ctx.organizationId} and ${organizations.name} = ${from}`)
const nameOf = async (ctx: OrganizationContext) =>
  (await ctx.db.select().from(organizations).where(eq(organizations.id, ctx.organizationId)))[0]?.name
const waiting = (ctx: OrganizationContext) =>
  ctx.db.select().from(auditOutbox).where(eq(auditOutbox.organizationId, ctx.organizationId))
const renamed = (ctx: OrganizationContext, name: string) => auditStatement(ctx, 'organization.renamed', { name })
/** Puts events into the outbox, one after the other. */
const record = async (ctx: OrganizationContext, count: number) => {
  for (let index = 0; index < count; index++) await recordStatement(ctx, 'organization.renamed', { name: `${index}` })
}

/** Asks for a drain as a handler does, and waits for what it left to be done after its answer. */
const drainedInBackground = async (ctx: OrganizationContext) => {
  const work: Promise<unknown>[] = []
  await drainSoon({ ...ctx, waitUntil: (each) => void work.push(each) }, ctx.organizationId)
  await Promise.all(work)
  return work.length
}

test('a change and its event commit together', async () => {
  const { ctx, organizationId } = await anOrganization({ name: 'before' })
  await ctx.db.batch([rename(ctx, 'before', 'after'), renamed(ctx, 'after')])
  expect(await nameOf(ctx)).toBe('after')
  expect(await waiting(ctx)).toHaveLength(1)
  await drainAudit(ctx, organizationId)
  expect(await waiting(ctx)).toEqual([])
  const [entry] = await checkAuditLog(organizationId)
  expect(entry).toMatchObject({
    type: 'organization.renamed',
    actor: ctx.actor,
    traceId: ctx.traceId,
    payload: { name: 'after' },
  })
})

test('a guarded write that lost leaves no event, and several events share its guard', async () => {
  const { ctx } = await anOrganization({ name: 'before' })
  await ctx.db.batch([rename(ctx, 'something else', 'after'), renamed(ctx, 'one'), renamed(ctx, 'two')])
  expect(await waiting(ctx)).toEqual([])
  await ctx.db.batch([rename(ctx, 'before', 'after'), renamed(ctx, 'one'), renamed(ctx, 'two')])
  expect(await waiting(ctx)).toHaveLength(2)
})

test('each guard looks at its own write', async () => {
  const { ctx, organizationId } = await anOrganization({ name: 'before' })
  await ctx.db.batch([
    rename(ctx, 'before', 'middle'),
    renamed(ctx, 'landed'),
    rename(ctx, 'before', 'never'),
    renamed(ctx, 'lost'),
    rename(ctx, 'middle', 'after'),
    renamed(ctx, 'landed again'),
  ])
  const names = (await checkAuditLog(organizationId)).map((entry) => entry.payload.name)
  expect(names).toEqual(['landed', 'landed again'])
  expect(await nameOf(ctx)).toBe('after')
})

test('of concurrent writers one wins, and one event tells it', async () => {
  const { ctx, organizationId } = await anOrganization({ name: 'before' })
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      ctx.db.batch([rename(ctx, 'before', `winner ${index}`), renamed(ctx, `winner ${index}`)]),
    ),
  )
  expect(results.filter(([update]) => update.meta.changes > 0)).toHaveLength(1)
  await drainAudit(ctx, organizationId)
  const [entry, ...more] = await checkAuditLog(organizationId)
  expect(more).toEqual([])
  expect(entry?.payload.name).toBe(await nameOf(ctx))
})

test('an event that cannot be written leaves the change undone', async () => {
  const { ctx } = await anOrganization({ name: 'before' })
  await ctx.db.run(sql`create trigger no_events before insert on audit_outbox
    when new.organization_id = ${sql.raw(`'${ctx.organizationId}'`)} begin select raise(abort, 'disk full'); end`)
  await expect(ctx.db.batch([rename(ctx, 'before', 'after'), renamed(ctx, 'after')])).rejects.toThrow()
  await ctx.db.run(sql`drop trigger no_events`)
  expect(await nameOf(ctx)).toBe('before')
  expect(await waiting(ctx)).toEqual([])
})

test('what does not fit its contract is not recorded', async () => {
  const { ctx } = await anOrganization()
  expect(() => auditStatement(ctx, 'organization.renamed', JSON.parse('{"name":5}'))).toThrow()
})

test('secrets are masked before they are written anywhere', async () => {
  const { ctx, organizationId } = await anOrganization()
  const name = 'deploy --password hunter2-of-the-tests'
  await ctx.db.batch([recordStatement(ctx, 'organization.renamed', { name })])
  expect((await waiting(ctx))[0]?.body).not.toContain('hunter2')
  await drainAudit(ctx, organizationId)
  await checkAuditLog(organizationId, ['hunter2'])
})

test('drained twice and at the same time, each event is there once, in commit order', async () => {
  const { ctx, organizationId } = await anOrganization()
  await record(ctx, 30)
  await Promise.all([drainAudit(ctx, organizationId), drainAudit(ctx, organizationId), drainAllAudit(ctx)])
  await drainAudit(ctx, organizationId)
  const names = (await checkAuditLog(organizationId)).map((entry) => entry.payload.name)
  expect(names).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`))
})

test('a crash between append and delete repeats the append, and the events stay single', async () => {
  const { ctx, organizationId } = await anOrganization()
  await record(ctx, 3)
  const rows = await waiting(ctx)
  await drainAudit(ctx, organizationId)
  for (const row of rows) await ctx.db.insert(auditOutbox).values(row)
  await record(ctx, 1)
  await drainAudit(ctx, organizationId)
  expect(await checkAuditLog(organizationId)).toHaveLength(4)
})

test('more than one batch is drained to the end', async () => {
  const { ctx, organizationId } = await anOrganization()
  await record(ctx, 1)
  const [row] = await waiting(ctx)
  await env.DB.prepare(
    `INSERT INTO audit_outbox (organization_id, body)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
     SELECT ?1, json_set(?2, '$.key', 'evt-' || i) FROM n`,
  )
    .bind(organizationId, row?.body ?? '')
    .run()
  await drainAudit(ctx, organizationId)
  expect(await waiting(ctx)).toEqual([])
  expect(await checkAuditLog(organizationId)).toHaveLength(451)
})

test('a sequence that is away keeps the event waiting, and does not fail the one who acted', async () => {
  const { ctx, organizationId } = await anOrganization()
  const object = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))
  await auditLog(env, organizationId).head()
  const rename = (from: string, to: string) =>
    runInDurableObject(object, (_: AuditLog, { storage }) => {
      storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`)
    })
  await rename('segments', 'away')
  await record(ctx, 1)
  await drainedInBackground(ctx)
  expect(await waiting(ctx)).toHaveLength(1)
  await rename('away', 'segments')
  await drainAllAudit(ctx)
  expect(await checkAuditLog(organizationId)).toHaveLength(1)
})

test('an organization never drains the events of another', async () => {
  const [one, two] = [await anOrganization(), await anOrganization()]
  await record(one.ctx, 1)
  await recordRefusal(two.ctx, {
    code: 'forbidden',
    capability: 'audit.read',
    method: 'GET',
    path: '/api/v1/audit/events',
  })
  await drainAudit(two.ctx, two.organizationId)
  expect(await waiting(one.ctx)).toHaveLength(1)
  expect((await checkAuditLog(two.organizationId)).map((entry) => entry.type)).toEqual(['access.refused'])
  expect(await auditLog(env, one.organizationId).head()).toBe(0)
})

test('a handler does not wait for the drain, and many who ask at once share one', async () => {
  const { ctx, organizationId } = await anOrganization()
  await record(ctx, 5)
  const asked = await Promise.all(Array.from({ length: 20 }, () => drainedInBackground(ctx)))
  expect(asked.reduce((sum, scheduled) => sum + scheduled, 0)).toBe(1)
  expect(await waiting(ctx)).toEqual([])
  expect(await checkAuditLog(organizationId)).toHaveLength(5)
})

test('what commits while a drain runs is taken along by it', async () => {
  const { ctx, organizationId } = await anOrganization()
  await record(ctx, 1)
  const running = drainedInBackground(ctx)
  await record(ctx, 1)
  expect(await drainedInBackground(ctx)).toBeLessThanOrEqual(1)
  await running
  expect(await waiting(ctx)).toEqual([])
  expect(await checkAuditLog(organizationId)).toHaveLength(2)
})

test('who reads the sequence through the API sees all that had committed', async () => {
  const owner = await anOrganization()
  await record(owner.ctx, 3)
  const answer = await call('/api/v1/audit/events', { headers: await owner.authorization() })
  const { items } = Page(AuditEntry).parse(await answer.json())
  expect(items.map(({ payload }) => payload.name)).toEqual(['2', '1', '0'])
})

describe('a row that nobody can read', () => {
  const broken = (ctx: OrganizationContext, body: string) =>
    ctx.db.insert(auditOutbox).values({ organizationId: ctx.organizationId, body })

  test('is told in its place, kept, and holds back nothing', async () => {
    const { ctx, organizationId } = await anOrganization()
    await record(ctx, 1)
    await broken(ctx, '{"key":"cut off')
    await broken(ctx, '{"key":"k","type":"of a later version","password":"hunter2"}')
    await record(ctx, 1)
    await drainAudit(ctx, organizationId)
    await drainAudit(ctx, organizationId)
    await drainAllAudit(ctx)
    const kept = await waiting(ctx)
    expect(kept.map(({ body }) => body.slice(0, 8))).toEqual(['{"key":"', '{"key":"'])
    const entries = await checkAuditLog(organizationId, ['hunter2', 'cut off'])
    expect(entries.map(({ type }) => type)).toEqual([
      'organization.renamed',
      'audit.entry-unreadable',
      'audit.entry-unreadable',
      'organization.renamed',
    ])
    expect(entries.map(({ payload }) => payload.position ?? null)).toEqual([
      null,
      ...kept.map(({ position }) => position),
      null,
    ])
    expect(entries[1]).toMatchObject({ risk: 'high', actor: { kind: 'system', id: 'outbox' } })
  })

  test('stays single when a crash repeats the drain', async () => {
    const { ctx, organizationId } = await anOrganization()
    await broken(ctx, 'nothing')
    await drainAudit(ctx, organizationId)
    await ctx.db.update(auditOutbox).set({ setAsideAt: null }).where(eq(auditOutbox.organizationId, organizationId))
    await drainAudit(ctx, organizationId)
    expect(await checkAuditLog(organizationId)).toHaveLength(1)
    expect(await waiting(ctx)).toHaveLength(1)
  })

  test('enters the sequence as soon as somebody can', async () => {
    const { ctx, organizationId } = await anOrganization()
    await record(ctx, 1)
    const [row] = await waiting(ctx)
    await ctx.db.update(auditOutbox).set({ body: 'nothing' }).where(eq(auditOutbox.organizationId, organizationId))
    await drainAudit(ctx, organizationId)
    await ctx.db
      .update(auditOutbox)
      .set({ body: row?.body ?? '' })
      .where(eq(auditOutbox.organizationId, organizationId))
    await drainAllAudit(ctx)
    expect((await checkAuditLog(organizationId)).map(({ type }) => type)).toEqual([
      'audit.entry-unreadable',
      'organization.renamed',
    ])
    expect(await waiting(ctx)).toEqual([])
  })
})

test('what a version before left in the outbox enters the sequence', async () => {
  const { ctx, organizationId } = await anOrganization()
  const { payload, ...event } = anEvent({ payload: { name: 'left behind' } })
  await ctx.db.insert(auditOutbox).values({ organizationId, body: JSON.stringify({ ...event, payload }) })
  await drainAudit(ctx, organizationId)
  expect((await checkAuditLog(organizationId)).map((entry) => entry.payload)).toEqual([{ name: 'left behind' }])
})

test('half a surrogate pair is told as what it is, a broken character', async () => {
  const { ctx, organizationId } = await anOrganization()
  await recordStatement(ctx, 'organization.renamed', { name: 'half \ud800' })
  await drainAudit(ctx, organizationId)
  const [entry] = await checkAuditLog(organizationId)
  expect(entry?.payload.name).toBe('half \ufffd')
})
