import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import type { Actor, OrganizationContext } from '../../platform/context.ts'
import type { Risk } from '../../platform/contract.ts'
import { type AuditEventType, auditEvents } from './contract.ts'
import { maskPayload } from './mask.ts'
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
) => {
  const body = JSON.stringify(inputOf(ctx, type, payload, facts))
  return ctx.db.insert(auditOutbox).select(sql`select null, ${ctx.organizationId}, ${body}, null where changes() > 0`)
}

/** The same without a guard, for what happened whatever the database says: failed sign-ins, refused requests. */
export const recordStatement = <T extends AuditEventType>(
  ctx: OrganizationContext,
  type: T,
  payload: z.input<(typeof auditEvents)[T]>,
  facts: AuditFacts = {},
) =>
  ctx.db
    .insert(auditOutbox)
    .values({ organizationId: ctx.organizationId, body: JSON.stringify(inputOf(ctx, type, payload, facts)) })

const inputOf = <T extends AuditEventType>(
  ctx: OrganizationContext,
  type: T,
  payload: z.input<(typeof auditEvents)[T]>,
  facts: AuditFacts,
): AuditInput => ({
  key: ctx.newId('evt'),
  type,
  at: ctx.now().getTime(),
  actor: facts.actor ?? ctx.actor,
  agentId: facts.agentId ?? null,
  connectorId: facts.connectorId ?? null,
  target: facts.target ?? null,
  risk: facts.risk ?? 'low',
  traceId: facts.traceId ?? ctx.traceId,
  payload: maskPayload(auditEvents[type].parse(payload)),
})
