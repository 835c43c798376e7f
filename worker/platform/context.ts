import type { Config } from '../config.ts'
import { configOf } from '../config.ts'
import type { Capability, Role } from './access/contract.ts'
import { capabilitiesOf } from './access/contract.ts'
import type { IdPrefix } from './contract.ts'
import { type Database, databaseOf } from './db.ts'
import { newId } from './ids.ts'
import { newSpanId, newTraceId } from './traceparent.ts'

export interface Actor {
  kind: 'member' | 'api_key' | 'connector' | 'system' | 'anonymous'
  id: string
}

/** What every verb may use: the world comes in here and nowhere else. */
export interface RequestContext {
  env: Env
  config: Config
  db: Database
  now: () => Date
  newId: (prefix: IdPrefix) => string
  requestId: string
  /** 32 hex digits, W3C trace context. */
  traceId: string
  /** 16 hex digits: this request in its trace. */
  spanId: string
  /** The caller's span, when a `traceparent` named it. */
  parentSpanId: string | null
  /** The caller's address, for rate limits and the list of sessions; empty where there is none. */
  ipAddress: string
  userAgent: string
  /** Lets work finish after the answer went out. */
  waitUntil: (work: Promise<unknown>) => void
}

/** The caller's organization and what the caller may do in it. Every store query filters by it. */
export interface OrganizationContext extends RequestContext {
  organizationId: string
  actor: Actor
  /** What people call the actor: the token's `name` claim, an API key's name; empty for connectors and the system. */
  actorName: string
  /** Null for what is not a member: an API key, a connector, the system. */
  role: Role | null
  /** The person on whose authority the actor acts: a member, or the creator of an API key; null for machines. */
  person: { id: string; role: Role } | null
  capabilities: ReadonlySet<Capability>
  /** The signed-in session, when there is one. */
  sessionId: string | null
}

/** A context outside of any request: cron, alarms, sockets. */
export const backgroundContext = (env: Env, waitUntil: (work: Promise<unknown>) => void): RequestContext => ({
  env,
  config: configOf(env),
  db: databaseOf(env),
  now: () => new Date(),
  newId,
  requestId: crypto.randomUUID(),
  traceId: newTraceId(),
  spanId: newSpanId(),
  parentSpanId: null,
  ipAddress: '',
  userAgent: '',
  waitUntil,
})

/** Acts in an organization as the system or as a connector: outside of requests nobody's capabilities apply. */
export const actingFor = (ctx: RequestContext, organizationId: string, actor: Actor): OrganizationContext => ({
  ...ctx,
  organizationId,
  actor,
  actorName: '',
  role: null,
  person: null,
  capabilities: new Set(capabilitiesOf('owner')),
  sessionId: null,
})
