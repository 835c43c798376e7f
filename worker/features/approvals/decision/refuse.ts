import { AppError, notFound } from '../../../platform/errors.ts'
import type { ReadApproval } from '../reading/store.ts'
import { viewDecision } from '../view.ts'
import type { Refusal } from './rules.ts'

/** A refusal as its caller hears it. */
export const refusalError = (because: Refusal | 'not_found', approval: ReadApproval | null): AppError => {
  if (because === 'not_found' || approval === null) return notFound('Approval')
  if (because === 'already_decided') return alreadyDecided(approval)
  if (because === 'stale')
    return new AppError('stale', 'What was shown is not what would be executed.', {
      context: { digest: approval.digest },
    })
  const [code, sentence] = sentences[because]
  return new AppError(code, sentence)
}

const alreadyDecided = (approval: ReadApproval) => {
  const decision = viewDecision(approval)
  return new AppError('already_decided', 'Someone else decided first.', {
    context: {
      state: approval.state,
      outcome: decision?.outcome ?? null,
      by: decision?.by ?? null,
      at: decision?.at ?? null,
    },
  })
}

const sentences = {
  expired: ['expired', 'The approval has expired; nobody waits for it any more.'],
  not_offered: ['conflict', 'This outcome is not offered for the request.'],
  not_eligible: ['not_eligible', 'The rule asks other people.'],
  own_request: ['own_request', 'Nobody decides on their own request.'],
  already_voted: ['conflict', 'You have voted already.'],
  not_opened: ['not_opened', 'What is critical is decided in a batch only by who has opened it before.'],
  passkey_required: ['passkey_required', 'Allowing this has to be signed with a passkey of yours.'],
  signature_refused: ['passkey_required', 'The signature is not one of a passkey of yours over what was shown.'],
  forbidden: ['forbidden', 'This needs the capability approvals.decide.'],
  twice_in_request: ['conflict', 'The request names this approval twice; the first one counts.'],
  contested: ['conflict', 'Others are voting at this moment; try again.'],
} as const satisfies Record<Exclude<Refusal, 'already_decided' | 'stale'>, readonly [AppError['code'], string]>
