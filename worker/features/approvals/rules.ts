import type { Approval, DecisionOutcome } from './contract.ts'

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
