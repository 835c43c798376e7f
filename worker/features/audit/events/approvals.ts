import { z } from 'zod'

/** What was asked and decided, and what decides by itself. */
export const approvalEvents = {
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
  /** A condition could not be evaluated, and refused. */
  'rule.failed': z.object({ ruleId: z.string(), approvalId: z.string(), message: z.string() }),
  'rules.changed': z.object({
    version: z.number().int(),
    note: z.string(),
    added: z.array(z.string()),
    changed: z.array(z.string()),
    removed: z.array(z.string()),
    reordered: z.boolean(),
  }),
} as const
