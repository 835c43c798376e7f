import type { Approval, DecisionOutcome } from './contract.ts'

/** What our outcomes are called at the gateway. */
export const gatewayDecisionOf = (outcome: DecisionOutcome) => gatewayDecisions[outcome]

const gatewayDecisions = { allow_once: 'allow-once', allow_always: 'allow-always', reject: 'deny' } as const

/** What the gateway's decisions are called here. */
export const outcomeOf = (decision: 'allow-once' | 'allow-always' | 'deny') =>
  ({ 'allow-once': 'allow_once', 'allow-always': 'allow_always', deny: 'reject' })[
    decision
  ] as Approval['allowedOutcomes'][number]
