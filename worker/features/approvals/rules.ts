import type { Risk } from '../../platform/contract.ts'
import type { Approval, ApprovalState, DecisionOutcome } from './contract.ts'

export type Refusal = 'already_decided' | 'expired' | 'stale' | 'not_offered'

interface Decidable {
  state: ApprovalState
  expiresAt: number
  digest: string
  allowedOutcomes: Approval['allowedOutcomes']
}

/** Whether this decision may still be made, and if not, why. */
export const mayDecide = (
  approval: Decidable,
  wanted: { outcome: Approval['allowedOutcomes'][number]; digest: string | undefined },
  now: number,
): { ok: true } | { ok: false; because: Refusal } => {
  if (approval.state === 'expired' || (approval.state === 'pending' && approval.expiresAt <= now))
    return { ok: false, because: 'expired' }
  if (approval.state !== 'pending') return { ok: false, because: 'already_decided' }
  if (wanted.digest !== undefined && wanted.digest !== approval.digest) return { ok: false, because: 'stale' }
  if (!approval.allowedOutcomes.includes(wanted.outcome)) return { ok: false, because: 'not_offered' }
  return { ok: true }
}

/** What our outcomes are called at the gateway. */
export const gatewayDecisionOf = (outcome: DecisionOutcome) => gatewayDecisions[outcome]

const gatewayDecisions = { allow_once: 'allow-once', allow_always: 'allow-always', reject: 'deny' } as const

/** What the gateway's decisions are called here. */
export const outcomeOf = (decision: 'allow-once' | 'allow-always' | 'deny') =>
  ({ 'allow-once': 'allow_once', 'allow-always': 'allow_always', deny: 'reject' })[
    decision
  ] as Approval['allowedOutcomes'][number]

/** A gateway names its runs by UUID: the same 128 bits are the trace, so that everything of a run hangs together. */
export const traceOfRun = (runId: string | null): string | null => {
  const hex = runId?.replaceAll('-', '').toLowerCase() ?? ''
  return /^[0-9a-f]{32}$/.test(hex) ? hex : null
}

/** What is shown to the person who decides, and therefore what the decision is bound to. */
export interface Shown {
  source: string
  connectorId: string
  externalId: string
  agent: string | null
  sessionKey: string | null
  command: string
  cwd: string | null
  host: string | null
  resolvedPath: string | null
  risk: Risk
  expiresAt: number
}
