import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { risks } from '../../platform/contract.ts'
import { type Ask, approvalSources, reversibilities, type Shadowed } from '../rules/contract.ts'
import { type Approval, approvalStates, deciderKinds, decisionOutcomes, stateReasons } from './contract.ts'
import type { Assertion } from './decision/contract.ts'

export const approvals = sqliteTable(
  'approvals',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    /** Null for a request that came through the API. */
    connectorId: text('connector_id'),
    /** The approval's id in its gateway. */
    externalId: text('external_id'),
    source: text('source', { enum: approvalSources }).notNull(),
    action: text('action').notNull(),
    title: text('title'),
    requestedByKind: text('requested_by_kind', { enum: ['connector', 'member', 'api_key', 'system'] }).notNull(),
    requestedById: text('requested_by_id').notNull(),
    requestedByName: text('requested_by_name').notNull(),
    /** The person behind the request, whom separation of duty keeps from deciding it. */
    requestedByUser: text('requested_by_user'),
    idempotencyKey: text('idempotency_key'),
    /** Digest of the request's body: the same key with another body is refused. */
    requestDigest: text('request_digest'),
    agentId: text('agent_id'),
    /** Agent and connector as they were called then: rules are replayed over what was seen. */
    seen: text('seen', { mode: 'json' })
      .$type<{ agent: { externalId: string; name: string; model: string }; connector: { name: string } }>()
      .notNull(),
    sessionKey: text('session_key'),
    traceId: text('trace_id'),
    state: text('state', { enum: approvalStates }).notNull(),
    stateReason: text('state_reason', { enum: stateReasons }),
    risk: text('risk', { enum: risks }).notNull(),
    riskReasons: text('risk_reasons', { mode: 'json' }).$type<Approval['riskReasons']>().notNull(),
    impact: text('impact', { mode: 'json' }).$type<Approval['impact']>().notNull(),
    impactText: text('impact_text'),
    reversibility: text('reversibility', { enum: reversibilities }).notNull(),
    costEstimate: text('cost_estimate', { mode: 'json' }).$type<Approval['costEstimate']>(),
    command: text('command').notNull(),
    /** Program, sub-command and options without their values, for telling what was asked alike. */
    pattern: text('pattern').notNull(),
    arguments: text('arguments', { mode: 'json' }).$type<Record<string, unknown>>(),
    cwd: text('cwd'),
    host: text('host'),
    resolvedPath: text('resolved_path'),
    warnings: text('warnings', { mode: 'json' }).$type<string[]>().notNull(),
    evidence: text('evidence', { mode: 'json' }).$type<Approval['evidence']>().notNull(),
    allowedOutcomes: text('allowed_outcomes', { mode: 'json' }).$type<Approval['allowedOutcomes']>().notNull(),
    /** Whether the gateway itself offers to remember an allow-always. */
    gatewayOffersAlways: integer('gateway_offers_always', { mode: 'boolean' }).notNull().default(false),
    /** Whether a signed callback tells the requester how it ended. */
    hasCallback: integer('has_callback', { mode: 'boolean' }).notNull().default(false),
    digest: text('digest').notNull(),
    ruleSetVersion: integer('rule_set_version').notNull(),
    ruleId: text('rule_id'),
    ruleName: text('rule_name'),
    ask: text('ask', { mode: 'json' }).$type<Ask>(),
    shadowed: text('shadowed', { mode: 'json' }).$type<Shadowed[]>().notNull(),
    grantId: text('grant_id'),
    /** Grows with each vote: two that come at once do not both think they were the last one needed. */
    voteCount: integer('vote_count').notNull().default(0),
    assigneeId: text('assignee_id'),
    outcome: text('outcome', { enum: decisionOutcomes }),
    decidedByKind: text('decided_by_kind', { enum: deciderKinds }),
    decidedById: text('decided_by_id'),
    decidedByName: text('decided_by_name'),
    reason: text('reason'),
    requestedAt: integer('requested_at').notNull(),
    shownAt: integer('shown_at'),
    /** By the rule or the requester, whichever is sooner. */
    expiresAt: integer('expires_at').notNull(),
    /** Until when the requester waits. */
    requesterWaitsUntil: integer('requester_waits_until').notNull(),
    escalatesAt: integer('escalates_at'),
    escalatedAt: integer('escalated_at'),
    decidedAt: integer('decided_at'),
    deliveredAt: integer('delivered_at'),
    confirmedAt: integer('confirmed_at'),
  },
  (table) => [
    // Partial where most rows would only be in the way: each index is one more page that each request writes.
    uniqueIndex('approvals_by_external_id').on(table.connectorId, table.externalId).where(sql`external_id is not null`),
    uniqueIndex('approvals_by_idempotency_key').on(table.organizationId, table.requestedById, table.idempotencyKey),
    index('approvals_by_organization').on(table.organizationId, table.id),
    /** Of one organization by deadline; and what is open in all of them, which cron looks through. */
    index('approvals_open').on(table.state, table.organizationId, table.expiresAt),
    /** How many each agent of a list waits for. */
    index('approvals_pending_by_agent').on(table.agentId).where(sql`state = 'pending' and agent_id is not null`),
    index('approvals_by_time').on(table.organizationId, table.requestedAt),
    index('approvals_by_pattern').on(table.organizationId, table.pattern, table.requestedAt),
    index('approvals_escalating')
      .on(table.organizationId, table.escalatesAt)
      .where(sql`escalates_at is not null and escalated_at is null and state = 'pending'`),
  ],
)
export type ApprovalRow = typeof approvals.$inferSelect

export const approvalVotes = sqliteTable(
  'approval_votes',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    approvalId: text('approval_id').notNull(),
    /** The person, whichever credential was used. */
    userId: text('user_id').notNull(),
    role: text('role').notNull(),
    byKind: text('by_kind', { enum: ['member', 'api_key'] }).notNull(),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    outcome: text('outcome', { enum: decisionOutcomes }).notNull(),
    reason: text('reason'),
    digest: text('digest').notNull(),
    /** With the key it was made by, so that it can be verified when the passkey is gone. */
    assertion: text('assertion', { mode: 'json' }).$type<{
      assertion: Assertion
      credential: { id: string; publicKey: string; algorithm: number }
      challenge: string
      signed: Record<string, unknown>
      origin: string
      rpId: string
    }>(),
    at: integer('at').notNull(),
  },
  (table) => [uniqueIndex('approval_votes_by_user').on(table.approvalId, table.userId)],
)
export type VoteRow = typeof approvalVotes.$inferSelect

/** Who saw what when: how long it took to be shown, and what a batch may decide. */
export const approvalViews = sqliteTable(
  'approval_views',
  {
    organizationId: text('organization_id').notNull(),
    approvalId: text('approval_id').notNull(),
    userId: text('user_id').notNull(),
    shownAt: integer('shown_at').notNull(),
    openedAt: integer('opened_at'),
    snoozedUntil: integer('snoozed_until'),
  },
  (table) => [
    primaryKey({ columns: [table.approvalId, table.userId] }),
    index('approval_views_by_user').on(table.organizationId, table.userId, table.shownAt),
  ],
)

export const approvalComments = sqliteTable(
  'approval_comments',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    approvalId: text('approval_id').notNull(),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    text: text('text').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [index('approval_comments_by_approval').on(table.approvalId, table.id)],
)

/** Signed callbacks that wait to be taken. The row goes when the receiver said 2xx, or when it is given up. */
export const approvalCallbacks = sqliteTable(
  'approval_callbacks',
  {
    approvalId: text('approval_id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    url: text('url').notNull(),
    /** Sealed; `whsec_…`. */
    secret: text('secret').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** Null until the approval has ended. */
    dueAt: integer('due_at'),
    lastStatus: text('last_status'),
  },
  (table) => [index('approval_callbacks_by_due').on(table.dueAt)],
)
