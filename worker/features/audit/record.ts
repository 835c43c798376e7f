import { type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import type { Actor, OrganizationContext } from '../../platform/context.ts'
import type { Risk } from '../../platform/contract.ts'
import type { Condition } from '../../platform/db.ts'
import { prepareOnce } from '../../platform/prepared.ts'
import { maskingRulesOf, maskPayload } from '../masking/index.ts'
import { type AuditEventType, auditEvents } from './contract.ts'
import { sealEvent, type WaitingEvent } from './outbox.ts'
import { auditOutbox } from './schema.ts'

export interface AuditFacts {
  /** Id of what was acted on. */
  target?: string
  agentId?: string | null
  connectorId?: string | null
  risk?: Risk
  traceId?: string | null
  /** Who did it, when it is not the caller. */
  actor?: Actor
}

/**
 * A statement that puts an event into the outbox, for the batch of the change that it tells about: both commit, or
 * neither does. It belongs directly behind a guarded write and is written only if that write changed a row (SQLite's
 * `changes()` looks at the statement before it); several in a row share the guard.
 */
export const auditStatement = <T extends AuditEventType>(
  ctx: OrganizationContext,
  type: T,
  payload: z.input<(typeof auditEvents)[T]>,
  facts: AuditFacts = {},
) => behindGuard(ctx, auditInput(ctx, type, payload, facts))

const behindGuard = (ctx: OrganizationContext, event: WaitingEvent) =>
  insertBehindGuard(ctx.db, { organizationId: ctx.organizationId, body: JSON.stringify(event) })

const insertBehindGuard = prepareOnce<{ organizationId: string; body: string }, D1Result>((db) =>
  db
    .insert(auditOutbox)
    .select(
      sql`select null, ${sql.placeholder('organizationId')}, ${sql.placeholder('body')}, null where changes() > 0`,
    ),
)

/**
 * An event that its teller puts into the sequence itself, also behind a guarded write: what follows from that write waits
 * here behind it, and so comes behind it whoever drains first. The event's key makes it one.
 */
export const tellingStatement = (ctx: OrganizationContext, { payload, ...told }: AuditInput) =>
  behindGuard(ctx, { ...told, sealed: sealEvent(ctx, payload) })

/** As `auditStatement`, without a guard, for what happened whatever the database says: failed sign-ins, refused requests. */
export const recordStatement = <T extends AuditEventType>(
  ctx: OrganizationContext,
  type: T,
  payload: z.input<(typeof auditEvents)[T]>,
  facts: AuditFacts = {},
) =>
  ctx.db
    .insert(auditOutbox)
    .values({ organizationId: ctx.organizationId, body: JSON.stringify(auditInput(ctx, type, payload, facts)) })

/** An event as it waits in the outbox: what it says is sealed until it is masked, on its way into the sequence. */
export const auditInput = <T extends AuditEventType>(
  ctx: OrganizationContext,
  type: T,
  payload: z.input<(typeof auditEvents)[T]>,
  facts: AuditFacts,
): WaitingEvent => ({
  ...circumstances(ctx, type, facts),
  sealed: sealEvent(ctx, inSpan(ctx, facts, auditEvents[type].parse(payload))),
})

/** An event that goes into the sequence without waiting, because the change that it tells about happens there. */
export const auditInputNow = async <T extends AuditEventType>(
  ctx: OrganizationContext,
  type: T,
  payload: z.input<(typeof auditEvents)[T]>,
  facts: AuditFacts,
): Promise<AuditInput> => {
  const rules = await maskingRulesOf(ctx, ctx.organizationId)
  return {
    ...circumstances(ctx, type, facts),
    ...maskPayload(inSpan(ctx, facts, auditEvents[type].parse(payload)), rules),
  }
}

const circumstances = (ctx: OrganizationContext, type: AuditEventType, facts: AuditFacts) => ({
  key: ctx.newId('evt'),
  type,
  at: ctx.now().getTime(),
  actor: facts.actor ?? ctx.actor,
  agentId: facts.agentId ?? null,
  connectorId: facts.connectorId ?? null,
  target: facts.target ?? null,
  risk: facts.risk ?? 'low',
  traceId: facts.traceId ?? ctx.traceId,
})

/**
 * Beside what an event says: the span of the call that wrote it, where its caller named a span of its own to hang it
 * under. It stands in the payload, which the leaf commits to, so that it is proven, archived and exported like the rest,
 * and leaves stay as they are. What belongs to another trace than the call, such as a decision on an earlier request, is
 * placed by its ids (`traces/rules.ts`).
 */
const inSpan = <P extends object>(
  { traceId, spanId, parentSpanId }: OrganizationContext,
  facts: AuditFacts,
  payload: P,
) => (parentSpanId === null || (facts.traceId ?? traceId) !== traceId ? payload : { ...payload, spanId, parentSpanId })

/**
 * Many events in one statement. Each is written only if what it tells about happened: `happened` looks, within the batch,
 * for the trace of it that `proof` names, such as the id of a row that its change inserts.
 */
export const auditEachStatement = (
  ctx: OrganizationContext,
  events: readonly { input: WaitingEvent; proof: string }[],
  happened: (proof: SQL) => Condition,
) => {
  const rows = JSON.stringify(events.map(({ input, proof }) => ({ proof, body: JSON.stringify(input) })))
  return ctx.db
    .insert(auditOutbox)
    .select(
      sql`select null, ${ctx.organizationId}, value ->> 'body', null from json_each(${rows}) where ${happened(sql`value ->> 'proof'`)}`,
    )
}
