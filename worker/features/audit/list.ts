import { z } from 'zod'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { fromCursor, toCursor } from '../../platform/page.ts'
import type { AuditEntry, ListEvents, SearchFilter, TracedEntry } from './contract.ts'
import { archiveDamaged } from './damaged.ts'
import { drainAudit } from './drain.ts'
import { traced } from './traces/spans.ts'

/**
 * A page of the sequence, after all that had committed by now is in it. The cursor is the last sequence number, so pages
 * stay put while events arrive.
 */
export const listEvents = async (ctx: OrganizationContext, { limit, cursor, order, ...filter }: ListEvents) => {
  const beyond = fromCursor(z.number().int(), cursor) ?? null
  await drainAudit(ctx, ctx.organizationId)
  const page = await auditLog(ctx.env, ctx.organizationId).page({ filter, order, limit, beyond })
  const { entries, more, archivedBefore } = page
  return { items: entries.map(traced), nextCursor: more ? toCursor(entries.at(-1)?.seq) : null, archivedBefore }
}

/** How many events a search finds. */
export const countEvents = async (ctx: OrganizationContext, filter: SearchFilter) => {
  await drainAudit(ctx, ctx.organizationId)
  return auditLog(ctx.env, ctx.organizationId).count(filter)
}

/** Throws `not_found` for a number that the sequence has not reached, and `archive_damaged`. */
export const showEvent = async (ctx: OrganizationContext, seq: number): Promise<TracedEntry> => {
  await drainAudit(ctx, ctx.organizationId)
  const entry = await auditLog(ctx.env, ctx.organizationId).event(seq)
  if (!entry) throw notFound('Event')
  if ('damaged' in entry) throw archiveDamaged(entry, 'read it')
  return traced(entry)
}

/** The last day at a glance: counts by hour, the newest risky events, and how long the sequence is. */
export const auditAtAGlance = async (ctx: OrganizationContext) => {
  await drainAudit(ctx, ctx.organizationId)
  const sequence = auditLog(ctx.env, ctx.organizationId)
  const [activity, risky, head] = await Promise.all([
    sequence.hourly(24, ctx.now().getTime()),
    sequence.page({ filter: { risk: 'high,critical' }, order: 'newest', limit: 5, beyond: null }),
    sequence.head(),
  ])
  return { activity, risky: risky.entries satisfies AuditEntry[], sequence: head }
}
