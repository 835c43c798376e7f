import { sha256 } from '@noble/hashes/sha2.js'
import { canonical } from '../../../platform/canonical.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { toBase64Url } from '../../../platform/secrets.ts'
import { iso } from '../../../platform/time.ts'
import { passkeySigned, signingOptions } from '../../auth/index.ts'
import type { DecisionOutcome } from '../contract.ts'
import { type ReadApproval, readApproval } from '../reading/store.ts'
import type { VoteRow } from '../schema.ts'
import type { Assertion, ChallengeAnswer } from './contract.ts'

/** What a decision of this outcome signs: exactly what was shown, under which rules, and until when it is good. */
const signedBy = (approval: ReadApproval, outcome: DecisionOutcome): ChallengeAnswer['signed'] => ({
  v: 1,
  approvalId: approval.id,
  digest: approval.digest,
  outcome,
  ruleSetVersion: approval.ruleSetVersion,
  expiresAt: iso(approval.expiresAt),
})

/** The same in 32 bytes. It follows from the approval alone, so nothing has to be remembered between asking and answering. */
const challengeOf = (signed: ChallengeAnswer['signed']) =>
  Uint8Array.from(sha256(new TextEncoder().encode(canonical(signed))))

/**
 * What the caller's browser hands to the authenticator to sign a decision. Throws `not_found`, and `passkey_required` for
 * a caller who has no passkey, as API keys never do.
 */
export const challengeFor = async (
  ctx: OrganizationContext,
  id: string,
  outcome: DecisionOutcome,
): Promise<ChallengeAnswer> => {
  const signed = signedBy(await readApproval(ctx, id), outcome)
  const options = await signingOptions(ctx, challengeOf(signed))
  if (!options) throw new AppError('passkey_required', 'You have no passkey to sign with.')
  return { options: { ...options }, signed }
}

/**
 * Holds a passkey's answer against the challenge of this approval and outcome; null when it is not by a passkey of the
 * caller, or not over this. What it answers can be verified without us and when the passkey is long gone.
 */
export const verifySignature = async (
  ctx: OrganizationContext,
  approval: ReadApproval,
  outcome: DecisionOutcome,
  assertion: Assertion,
): Promise<VoteRow['assertion']> => {
  const signed = signedBy(approval, outcome)
  const challenge = toBase64Url(challengeOf(signed))
  const by = await passkeySigned(ctx, challenge, assertion)
  return by && { assertion, challenge, signed, ...by }
}
