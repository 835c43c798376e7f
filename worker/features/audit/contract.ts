import { z } from 'zod'
import { Id, Page, PageQuery, Risk, Timestamp } from '../../platform/contract.ts'
import { connectorEvents } from '../connectors/link/contract.ts'

const BudgetTold = z.object({
  name: z.string(),
  scope: z.string(),
  ref: z.string().nullable(),
  period: z.string(),
  timeZone: z.string(),
  limitMicroUsd: z.number().int(),
  warnPercent: z.number().int(),
  onLimit: z.string(),
  version: z.number().int(),
})
const BudgetSpent = z.object({
  name: z.string(),
  periodStart: z.string(),
  spentMicroUsd: z.number().int(),
  allowedMicroUsd: z.number().int(),
  version: z.number().int(),
})

/** The closed list of what is audited, besides what connectors report. A new act is a type error until it stands here. */
export const controlEvents = {
  'user.registered': z.object({ method: z.enum(['password', 'github', 'google', 'setup']) }),
  'user.signed-in': z.object({ method: z.enum(['password', 'passkey', 'github', 'google', 'device']) }),
  'user.sign-in-failed': z.object({ cause: z.string() }),
  'user.signed-out': z.object({}),
  'user.password-reset': z.object({}),
  'user.password-changed': z.object({}),
  'user.email-verified': z.object({}),
  'user.totp-enabled': z.object({}),
  'user.totp-disabled': z.object({}),
  'user.passkey-added': z.object({ passkeyId: z.string() }),
  'user.passkey-removed': z.object({ passkeyId: z.string() }),
  'user.provider-linked': z.object({ provider: z.string() }),
  'user.provider-unlinked': z.object({ provider: z.string() }),
  'session.revoked': z.object({ sessionId: z.string() }),
  'session.reuse-detected': z.object({ sessionId: z.string() }),
  'device.approved': z.object({ clientId: z.string() }),
  'device.denied': z.object({ clientId: z.string() }),
  'organization.created': z.object({ name: z.string() }),
  'organization.renamed': z.object({ name: z.string() }),
  'member.joined': z.object({ userId: z.string(), role: z.string() }),
  'member.role-changed': z.object({ userId: z.string(), from: z.string(), to: z.string() }),
  'member.removed': z.object({ userId: z.string() }),
  'invitation.created': z.object({ invitationId: z.string(), role: z.string() }),
  'invitation.revoked': z.object({ invitationId: z.string() }),
  'api-key.created': z.object({ apiKeyId: z.string(), scopes: z.array(z.string()) }),
  'api-key.revoked': z.object({ apiKeyId: z.string() }),
  /** Somebody called with it and was not let in; told once in ten minutes for each cause. */
  'api-key.refused': z.object({ apiKeyId: z.string(), cause: z.enum(['wrong', 'expired', 'revoked', 'creator_gone']) }),
  /** `capability`: what was lacking; null where a rule of its own decided. */
  'access.refused': z.object({ capability: z.string().nullable(), method: z.string(), path: z.string() }),
  'connector.created': z.object({ name: z.string() }),
  'connector.renamed': z.object({ name: z.string() }),
  'connector.token-rotated': z.object({}),
  /** Somebody dialled in as it with a token that is not, or no longer, its own; told once in ten minutes. */
  'connector.refused': z.object({}),
  'connector.paused': z.object({}),
  'connector.resumed': z.object({}),
  'connector.removed': z.object({ name: z.string() }),
  'connector.online': z.object({ version: z.string(), runtimeVersion: z.string().nullable() }),
  'connector.offline': z.object({
    cause: z.enum(['silent', 'closed', 'replaced', 'paused', 'removed', 'rotated', 'fault']),
    detail: z.string(),
  }),
  'connector.fault': z.object({ fault: z.string(), detail: z.string() }),
  /** Its agents are as well as it is. That it went offline says `connector.offline`; this says when it is well again. */
  'connector.health-changed': z.object({ state: z.string(), causes: z.array(z.string()), isFlapping: z.boolean() }),
  'agent.discovered': z.object({ externalId: z.string(), name: z.string() }),
  'agent.changed': z.object({ fields: z.array(z.string()) }),
  'agent.removed': z.object({ externalId: z.string() }),
  /** By what its own runs and jobs say. Flapping: single changes are not told until it is calm. */
  'agent.health-changed': z.object({ state: z.string(), causes: z.array(z.string()), isFlapping: z.boolean() }),
  /** What people of the organization say of it: its name here, owner, tags, group. */
  'agent.described': z.object({ fields: z.array(z.string()) }),
  /** A change is on its way to the gateway. `touches` are paths, a file's name or a job's id; never a value. */
  'agent.change-ordered': z.object({ changeId: z.string(), kind: z.string(), touches: z.array(z.string()) }),
  /** Read back from the gateway; `before` and `after` are SHA-256 of what was changed. */
  'agent.change-confirmed': z.object({
    changeId: z.string(),
    kind: z.string(),
    touches: z.array(z.string()),
    before: z.string().nullable(),
    after: z.string().nullable(),
    reference: z.string().nullable(),
  }),
  'agent.change-failed': z.object({
    changeId: z.string(),
    kind: z.string(),
    cause: z.string(),
    detail: z.string().nullable(),
  }),
  'agent.disabled': z.object({ changeId: z.string(), reason: z.string().nullable() }),
  /** No change when the gateway was left as somebody had changed it there. */
  /** Somebody changed at the gateway what was last made or accepted here; `paths` are the first of what differs. */
  'config.drifted': z.object({
    scope: z.string(),
    version: z.number().int(),
    trusted: z.number().int(),
    paths: z.array(z.string()),
  }),
  /** What was changed at the gateway was found to be right. */
  'config.drift-accepted': z.object({ scope: z.string(), version: z.number().int(), accepts: z.number().int() }),
  /** What is not told as drift any more, or again. */
  'config.drift-ignores-changed': z.object({
    version: z.number().int(),
    added: z.array(z.string()),
    removed: z.array(z.string()),
  }),
  /** An earlier version was put back, and is so at the gateway. */
  'config.rolled-back': z.object({
    scope: z.string(),
    version: z.number().int(),
    restores: z.number().int(),
    approvalId: z.string().nullable(),
  }),
  /** A package is in the bucket, as long and with the digest that was announced; nobody here can read it. */
  'artifact.stored': z.object({
    artifactId: z.string(),
    cause: z.string(),
    intent: z.string(),
    hasSecrets: z.boolean(),
    size: z.number().int(),
    sha256: z.string(),
    agents: z.number().int(),
  }),
  'artifact.downloaded': z.object({ artifactId: z.string(), sha256: z.string() }),
  'artifact.deleted': z.object({
    artifactId: z.string(),
    by: z.enum(['request', 'retention']),
    sha256: z.string().nullable(),
  }),
  /** Its connector opened it with its own passphrase and found everything as the manifest says, or did not. */
  'artifact.proved': z.object({
    artifactId: z.string(),
    drillId: z.string(),
    outcome: z.string(),
    entries: z.number().int().nullable(),
    bytes: z.number().int().nullable(),
    detail: z.string().nullable(),
  }),
  /** The bucket has it no more, and nobody deleted it here. */
  'artifact.lost': z.object({ artifactId: z.string(), sha256: z.string().nullable() }),
  'backup.schedule-changed': z.object({
    scheduleId: z.string(),
    version: z.number().int(),
    isEnabled: z.boolean(),
    at: z.string(),
    timeZone: z.string(),
    keepDaily: z.number().int(),
    keepWeekly: z.number().int(),
    keepMonthly: z.number().int(),
    drill: z.string(),
  }),
  'backup.failed': z.object({ artifactId: z.string(), cause: z.string(), failure: z.string(), detail: z.string() }),
  /** Announced by the machine that would do it; critical ones wait for the approval. */
  'restore.requested': z.object({
    restoreId: z.string(),
    artifactId: z.string().nullable(),
    packageId: z.string(),
    mode: z.string(),
    sections: z.array(z.string()),
    agents: z.array(z.string()),
    changes: z.number().int(),
    planDigest: z.string(),
    approvalId: z.string().nullable(),
  }),
  'restore.started': z.object({ restoreId: z.string(), checkpointId: z.string().nullable() }),
  /** Applied, and read back. `differences`: how many places are not as planned. */
  'restore.finished': z.object({
    restoreId: z.string(),
    verified: z.boolean(),
    applied: z.number().int(),
    differences: z.number().int(),
  }),
  'restore.failed': z.object({ restoreId: z.string(), applied: z.number().int(), detail: z.string() }),
  'agent.enabled': z.object({ changeId: z.string().nullable() }),
  /** One that its gateway has no more was taken out of the registry, with what was known of it. */
  'agent.forgotten': z.object({ externalId: z.string(), name: z.string() }),
  'agent.group-renamed': z.object({ from: z.string(), to: z.string(), agents: z.number().int() }),
  'agent.group-removed': z.object({ name: z.string(), agents: z.number().int() }),
  /** A job of a gateway is to be changed; `isMerged`: within a change that still waited. */
  'cron.change-ordered': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    isMerged: z.boolean(),
  }),
  'cron.change-applied': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    reference: z.string().nullable(),
    wasAlready: z.boolean(),
  }),
  'cron.change-failed': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    cause: z.string(),
    detail: z.string(),
  }),
  /** The job is not what the change was made to. */
  'cron.change-conflicted': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    cause: z.string(),
  }),
  'cron.change-cancelled': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
  }),
  'cron.change-resolved': z.object({
    changeId: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    answer: z.string(),
    successorId: z.string(),
  }),
  /** It has failed as often in a row as its threshold says. */
  'cron.failing': z.object({
    jobId: z.string(),
    name: z.string(),
    consecutiveFailures: z.number().int(),
    lastStatus: z.string().nullable(),
  }),
  'cron.recovered': z.object({ jobId: z.string(), name: z.string() }),
  /** It was due, its gateway was there, and nothing ran. */
  'cron.missed': z.object({ jobId: z.string(), name: z.string(), dueAt: z.string() }),
  /** Of one job, or of all that have none of their own; null: the organization's holds again. */
  'cron.threshold-changed': z.object({ jobId: z.string().nullable(), failureThreshold: z.number().int().nullable() }),
  /** Committed: from here on it happens, whatever dies. `scope` is an agent, a group, a connector or the organization. */
  'kill.ordered': z.object({
    orderId: z.string(),
    scope: z.string(),
    name: z.string(),
    reason: z.string(),
    policy: z.string(),
    agents: z.number().int(),
    /** The budget whose limit ordered it; null for a person. */
    budgetId: z.string().nullable(),
  }),
  /** The connector has it on its disk. */
  'kill.delivered': z.object({ orderId: z.string(), deliveredMs: z.number().int() }),
  /** Every agent of the order was found stopped at this gateway. */
  'kill.confirmed': z.object({
    orderId: z.string(),
    agents: z.number().int(),
    confirmedMs: z.number().int(),
    abortedRuns: z.number().int(),
  }),
  'kill.failed': z.object({ orderId: z.string(), cause: z.string(), detail: z.string() }),
  /** Agents came into the scope of an order that is open. */
  'kill.extended': z.object({ orders: z.array(z.string()), agents: z.array(z.string()) }),
  'kill.recover-ordered': z.object({ orderId: z.string(), name: z.string(), reason: z.string() }),
  /** Put back at this gateway; `differs` names what somebody had changed meanwhile and was left. */
  'kill.recovered': z.object({
    orderId: z.string(),
    agents: z.number().int(),
    isExact: z.boolean(),
    differs: z.array(z.string()),
  }),
  'kill.drill-ordered': z.object({ drillId: z.string() }),
  'kill.drilled': z.object({
    drillId: z.string(),
    outcome: z.string(),
    detail: z.string(),
    confirmedMs: z.number().int().nullable(),
    recoveredMs: z.number().int().nullable(),
  }),
  'budget.created': BudgetTold,
  'budget.updated': BudgetTold.extend({ fields: z.array(z.string()) }),
  'budget.deleted': z.object({ name: z.string(), version: z.number().int() }),
  /** Its spending came to the warning. Money is micro-USD. */
  'budget.warned': BudgetSpent,
  /** Its spending came to what is allowed; `action` is what followed. */
  'budget.exceeded': BudgetSpent.extend({ because: z.string(), action: z.string() }),
  /** An approval raised what is allowed in this period. */
  'budget.overridden': BudgetSpent.extend({
    amountMicroUsd: z.number().int(),
    because: z.string(),
    reason: z.string().nullable(),
    approvalId: z.string().nullable(),
  }),
  /** Whatever it held is let go; `because` says by what. */
  'budget.reset': BudgetSpent.extend({ because: z.string(), reason: z.string().nullable() }),
  /** SHA-256 of the file, null where there is none. No change of ours: it was found so at the gateway. */
  'memory.changed': z.object({
    path: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    changeId: z.string().nullable(),
  }),
  'approval.opened': z.object({
    approvalId: z.string(),
    source: z.string(),
    action: z.string(),
    title: z.string().nullable(),
    command: z.string(),
    digest: z.string(),
    expiresAt: z.string(),
    /** How the rules took it, and by which rule or grant. */
    verdict: z.enum(['ask', 'allow', 'refuse']),
    ruleId: z.string().nullable(),
    ruleSetVersion: z.number().int(),
    grantId: z.string().nullable(),
  }),
  /** The first time that a person's screen showed it. */
  'approval.shown': z.object({ approvalId: z.string(), userId: z.string() }),
  /** One of several people who have to agree. */
  'approval.voted': z.object({
    approvalId: z.string(),
    voteId: z.string(),
    outcome: z.string(),
    digest: z.string(),
    reason: z.string().nullable(),
    signed: z.boolean(),
  }),
  'approval.decided': z.object({
    approvalId: z.string(),
    outcome: z.string(),
    digest: z.string(),
    reason: z.string().nullable(),
    by: z.enum(['member', 'api_key', 'rule', 'grant', 'expiry']),
    ruleId: z.string().nullable(),
    ruleSetVersion: z.number().int(),
    grantId: z.string().nullable(),
    signed: z.boolean(),
  }),
  /** Somebody tried to decide and may not, or came too late. */
  'approval.decision-refused': z.object({ approvalId: z.string(), outcome: z.string(), because: z.string() }),
  /** What the requester is about to do, or did, is not what was shown: the decision does not count. */
  'approval.mismatched': z.object({ approvalId: z.string(), shown: z.string(), found: z.string() }),
  'approval.escalated': z.object({ approvalId: z.string(), roles: z.array(z.string()), members: z.array(z.string()) }),
  'approval.handed-over': z.object({ approvalId: z.string(), userId: z.string(), note: z.string().nullable() }),
  'approval.snoozed': z.object({ approvalId: z.string(), until: z.string() }),
  'approval.commented': z.object({ approvalId: z.string(), commentId: z.string() }),
  'approval.withdrawn': z.object({ approvalId: z.string() }),
  'approval.delivered': z.object({ approvalId: z.string() }),
  'approval.confirmed': z.object({ approvalId: z.string(), outcome: z.string(), by: z.string() }),
  'approval.expired': z.object({ approvalId: z.string(), reason: z.string() }),
  'approval.undeliverable': z.object({ approvalId: z.string(), reason: z.string() }),
  'rules.changed': z.object({
    version: z.number().int(),
    note: z.string(),
    added: z.array(z.string()),
    changed: z.array(z.string()),
    removed: z.array(z.string()),
    reordered: z.boolean(),
  }),
  /** A condition could not be evaluated, and refused. */
  'rule.failed': z.object({ ruleId: z.string(), approvalId: z.string(), message: z.string() }),
  'grant.created': z.object({
    grantId: z.string(),
    approvalId: z.string().nullable(),
    pattern: z.record(z.string(), z.unknown()),
    expiresAt: z.string().nullable(),
    usesMax: z.number().int().nullable(),
    atGateway: z.boolean(),
  }),
  'grant.revoked': z.object({ grantId: z.string(), reason: z.string().nullable() }),
  'grant.expired': z.object({ grantId: z.string(), because: z.enum(['expired', 'used_up']).optional() }),
  /** The gateway remembers it now, or has forgotten it. */
  'grant.synchronised': z.object({ grantId: z.string(), gateway: z.string() }),
  /** What is masked before it is stored; `parts` says which parts of the policy are others than before. */
  'masking.changed': z.object({
    version: z.number().int(),
    parts: z.array(z.string()),
    personal: z.array(z.string()),
    classes: z.array(z.string()),
    keepOriginals: z.boolean(),
  }),
  /** The key and every original of a subject, or what one event said, have been destroyed; hashes and proofs stay. */
  'audit.erased': z.object({
    subject: z.string().nullable(),
    seq: z.number().int().nullable(),
    /** How many events had something of it. */
    events: z.number().int(),
    reason: z.string(),
  }),
  /** Somebody read what had been masked. */
  'audit.revealed': z.object({ seq: z.number().int(), subjects: z.array(z.string()), reason: z.string() }),
  'audit.search-saved': z.object({ searchId: z.string(), name: z.string(), isShared: z.boolean() }),
  'audit.search-changed': z.object({
    searchId: z.string(),
    name: z.string(),
    isShared: z.boolean(),
    fields: z.array(z.string()),
  }),
  'audit.search-removed': z.object({ searchId: z.string(), name: z.string(), isShared: z.boolean() }),
  /** The log has another signing key; the one before vouches for it. */
  'audit.key-rotated': z.object({ vkey: z.string(), replaces: z.string() }),
  /** Somebody took what a search found with them; `through` is how far the sequence reached. */
  'audit.exported': z.object({
    /** tlog: the whole log, with what proves it. */
    format: z.enum(['jsonl', 'csv', 'ocsf', 'tlog']),
    filter: z.record(z.string(), z.unknown()),
    through: z.number().int(),
  }),
  /** A way by which events leave for a system outside; where to and with which secret is in none of these. */
  'stream.created': z.object({ name: z.string(), kind: z.string(), host: z.string(), after: z.number().int() }),
  'stream.changed': z.object({ name: z.string(), fields: z.array(z.string()), host: z.string() }),
  'stream.paused': z.object({ name: z.string() }),
  'stream.resumed': z.object({ name: z.string() }),
  /** From here on what stands behind `after` is sent again. */
  'stream.replayed': z.object({ name: z.string(), after: z.number().int(), run: z.number().int() }),
  'stream.secret-rotated': z.object({ name: z.string(), bothUntil: z.string() }),
  'stream.tested': z.object({ name: z.string(), outcome: z.string() }),
  'stream.removed': z.object({ name: z.string(), host: z.string() }),
  /** It has stopped: the receiver took nothing for too long, or said that it is gone. */
  'stream.failing': z.object({ name: z.string(), reason: z.string(), after: z.number().int() }),
  /** After it had stopped and somebody resumed it, the receiver takes events again. */
  'stream.recovered': z.object({ name: z.string(), after: z.number().int() }),
  'witness.added': z.object({ witnessId: z.string(), name: z.string(), url: z.string(), vkey: z.string() }),
  'witness.changed': z.object({ witnessId: z.string(), fields: z.array(z.string()), enabled: z.boolean() }),
  'witness.removed': z.object({ witnessId: z.string(), name: z.string() }),
  'witness.policy-changed': z.object({ from: z.number().int(), to: z.number().int() }),
  /** A witness has seen more of the log than there is, or another one: told when it begins, not each time it is asked. */
  'witness.refused': z.object({
    witnessId: z.string(),
    because: z.enum(['shrunk', 'forked']),
    size: z.number().int(),
    witnessSize: z.number().int(),
  }),
  'witness.recovered': z.object({ witnessId: z.string(), size: z.number().int() }),
  /** The organization's own witness, which cosigns the logs of others: its key, and whom it trusts. */
  'witness.key-made': z.object({ vkey: z.string() }),
  'witness.log-trusted': z.object({ logId: z.string(), origin: z.string(), vkeys: z.array(z.string()) }),
  'witness.log-changed': z.object({ logId: z.string(), origin: z.string(), vkeys: z.array(z.string()) }),
  'witness.log-removed': z.object({ logId: z.string(), origin: z.string() }),
  /** A log that it trusts has signed a tree that contradicts what was cosigned before. Told once. */
  'witness.log-contradicted': z.object({
    logId: z.string(),
    origin: z.string(),
    size: z.number().int(),
    cosignedSize: z.number().int(),
  }),
  /** How long events are kept; null is for ever. */
  'audit.retention-changed': z.object({
    version: z.number().int(),
    windowDays: z.number().int().nullable(),
    archiveDays: z.number().int().nullable(),
  }),
  /** Archived events left search, after their time; what proves them stays. */
  'audit.trimmed': z.object({ firstSeq: z.number().int(), lastSeq: z.number().int(), events: z.number().int() }),
  /** What archived events between these said has been destroyed, after its time. */
  'audit.archive-expired': z.object({
    firstSeq: z.number().int(),
    lastSeq: z.number().int(),
    events: z.number().int(),
  }),
  /** The archive has something else than was written. */
  'audit.archive-fault': z.object({ path: z.string(), found: z.string() }),
  'audit.hold-placed': z.object({
    holdId: z.string(),
    name: z.string(),
    reason: z.string(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    agentId: z.string().nullable(),
  }),
  'audit.hold-released': z.object({ holdId: z.string(), name: z.string(), reason: z.string() }),
  /** Archived events come back into search for so many days. */
  'audit.restore-begun': z.object({
    restoreId: z.string(),
    from: z.string(),
    to: z.string(),
    days: z.number().int(),
    events: z.number().int(),
    reason: z.string(),
  }),
  'audit.restore-ended': z.object({
    restoreId: z.string(),
    outcome: z.enum(['restored', 'failed']),
    events: z.number().int(),
  }),
  /** The log can be read by whoever knows its public address: checkpoints, keys, hashes and leaves, never a payload. */
  'audit.public-opened': z.object({}),
  'audit.public-closed': z.object({}),
  /** Stands for a row of the outbox that nobody could read: it is set aside, and kept. */
  'audit.entry-unreadable': z.object({ position: z.number().int(), sha256: z.string() }),
} as const

export const auditEvents = { ...controlEvents, ...connectorEvents } as const
export type AuditEventType = keyof typeof auditEvents
export const AuditEventType = z.enum(Object.keys(auditEvents) as [AuditEventType, ...AuditEventType[]])

export const actorKinds = ['member', 'api_key', 'connector', 'system', 'anonymous'] as const

/** One entry of the audit sequence, as it is listed and streamed. */
export const AuditEntry = z.object({
  /** 1, 2, 3 … without a gap, for each organization. */
  seq: z.number().int().positive(),
  id: Id('evt'),
  type: AuditEventType,
  /** When it happened, by the clock of whoever reports it. */
  at: Timestamp,
  /** When it entered the sequence, by ours. */
  recordedAt: Timestamp,
  actor: z.object({ kind: z.enum(actorKinds), id: z.string() }),
  agentId: z.string().nullable(),
  connectorId: z.string().nullable(),
  target: z.string().nullable(),
  risk: Risk,
  traceId: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
  /** What it said has been erased: `payload` is empty. */
  isErased: z.literal(true).optional(),
  /** RFC 6962 leaf hash of the event's canonical bytes, hex. */
  leafHash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/**
 * An event with its place in its trace (W3C Trace Context, 16 hex digits). Both follow from the trace's id and what the
 * event says, so that they are the same in each answer, for events of any age, and the leaf stays as it is.
 */
export const TracedEntry = AuditEntry.extend({
  /** The run, call or approval that it tells of, or the call of the API that wrote it; null outside of any trace. */
  spanId: z.string().nullable(),
  /** What that belongs to, where the event says so. */
  parentSpanId: z.string().nullable(),
})
export type TracedEntry = z.infer<typeof TracedEntry>

/** The filters that the list and the live stream share. */
export const EventFilter = z.strictObject({
  agentId: Id('agt').optional(),
  connectorId: Id('con').optional(),
  /** One type, up to twenty with commas, or a prefix such as `approval.`. */
  type: z
    .string()
    .max(500)
    .regex(/^[a-z0-9.-]+(,[a-z0-9.-]+){0,19}$/)
    .optional(),
  risk: z
    .string()
    .max(40)
    .regex(/^(low|medium|high|critical)(,(low|medium|high|critical))*$/)
    .optional(),
  traceId: z.string().max(64).optional(),
  /** Id of the member, API key, connector … that did it. */
  actorId: z.string().max(64).optional(),
  /** Id of what it was done to. */
  target: z.string().max(64).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
})
export type EventFilter = z.infer<typeof EventFilter>

/** The filters of a search: also words. All have to be there; quotes keep them together; the last letters may be a beginning. */
export const SearchFilter = EventFilter.extend({
  keyword: z
    .string()
    .trim()
    .max(200)
    .regex(/[\p{L}\p{N}]/u, 'has neither a letter nor a digit')
    .optional(),
})
export type SearchFilter = z.infer<typeof SearchFilter>

export const inOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
  from === undefined || to === undefined || Date.parse(from) < Date.parse(to)
export const backwards = { path: ['to'], message: 'the range ends before it begins' }

export const ListEvents = PageQuery.extend(SearchFilter.shape)
  .extend({
    order: z.enum(['newest', 'oldest']).default('newest'),
  })
  .refine(inOrder, backwards)
export const CountEvents = SearchFilter.refine(inOrder, backwards)
/** Exact up to ten thousand; beyond that an estimate from how dense the newest ten thousand stand. */
export const EventCount = z.object({ count: z.number().int(), isExact: z.boolean() })
export type ListEvents = z.infer<typeof ListEvents>

export const EventsPage = Page(TracedEntry).extend({
  /** Events before this one are in the archive, where search does not look until they are restored; null while none are. */
  archivedBefore: z.number().int().nullable(),
})
