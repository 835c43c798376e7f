import { z } from 'zod'
import { Id, Timestamp } from '../../../platform/contract.ts'
import { GrantDraft } from '../../grants/contract.ts'
import { ApprovalState, DecisionOutcome } from '../contract.ts'

/** A WebAuthn assertion as @simplewebauthn/browser makes it; its challenge is the digest of what was shown. */
export const Assertion = z.object({
  id: z.string().max(1_024),
  rawId: z.string().max(1_024),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: z.string().max(8_192),
    authenticatorData: z.string().max(4_096),
    signature: z.string().max(4_096),
    userHandle: z.string().max(512).optional(),
  }),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
  authenticatorAttachment: z.string().max(40).optional(),
})
export type Assertion = z.infer<typeof Assertion>

const Reason = z.string().trim().max(1_000).optional()
/** When given, it must be the one that was shown; another one is a 409 `stale`. */
const Digest = z.string().max(128).optional()

export const Approve = z
  .strictObject({
    mode: z.enum(['once', 'always']).default('once'),
    digest: Digest,
    reason: Reason,
    /** What allow always grants; required with it. */
    grant: GrantDraft.optional(),
    assertion: Assertion.optional(),
  })
  .refine(({ mode, grant }) => (mode === 'always') === (grant !== undefined), {
    path: ['grant'],
    message: 'allow always needs a grant, allow once has none',
  })
export type Approve = z.infer<typeof Approve>

export const Reject = z.strictObject({ reason: Reason, digest: Digest, assertion: Assertion.optional() })

export const batchMax = 1_000
export const BatchDecision = z.strictObject({
  items: z
    .array(
      z.strictObject({
        id: Id('apr'),
        outcome: z.enum(['allow_once', 'reject']),
        digest: Digest,
        reason: Reason,
      }),
    )
    .min(1)
    .max(batchMax),
})
export type BatchDecision = z.infer<typeof BatchDecision>

/** In the order of the request; `code` is a problem code. */
export const BatchResult = z.object({
  decided: z.number().int(),
  failed: z.number().int(),
  items: z.array(
    z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), id: Id('apr'), state: ApprovalState }),
      z.object({ ok: z.literal(false), id: Id('apr'), code: z.string(), detail: z.string() }),
    ]),
  ),
})
export type BatchResult = z.infer<typeof BatchResult>

export const Challenge = z.strictObject({ outcome: DecisionOutcome })
/** WebAuthn request options for @simplewebauthn/browser; its `challenge` is the digest that a decision of this outcome signs. */
export const ChallengeAnswer = z.object({
  options: z.record(z.string(), z.unknown()),
  /** What is signed: the challenge is SHA-256 over its canonical form (RFC 8785). */
  signed: z.object({
    v: z.literal(1),
    approvalId: Id('apr'),
    digest: z.string(),
    outcome: DecisionOutcome,
    ruleSetVersion: z.number().int().nonnegative(),
    expiresAt: Timestamp,
  }),
})
export type ChallengeAnswer = z.infer<typeof ChallengeAnswer>
