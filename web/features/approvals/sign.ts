import type { DecisionOutcome } from '../../../worker/features/approvals/contract.ts'
import { Assertion, ChallengeAnswer } from '../../../worker/features/approvals/decision/contract.ts'
import { request } from '../../api.ts'
import { passkeysWork, signWithPasskey } from '../auth/passkey.ts'

/**
 * Has the person sign this outcome with a passkey: the challenge is the digest of what was shown. Rejects with an
 * `ApiError` where the server gives no challenge, and with the browser's own error where the ceremony fails.
 */
export const signDecision = async (approvalId: string, outcome: DecisionOutcome): Promise<Assertion> => {
  if (!passkeysWork()) throw new DOMException('This browser has no passkeys here.', 'NotSupportedError')
  const { options } = await request(ChallengeAnswer, `/approvals/${approvalId}/challenge`, {
    method: 'POST',
    body: { outcome },
  })
  return Assertion.parse(await signWithPasskey(options))
}
