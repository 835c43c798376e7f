import type { BudgetSettings } from '../../worker/features/budgets/contract.ts'

/** What one run used, as its gateway told it at the end of the run. */
export interface Usage {
  connectorId: string
  /** The gateway's id of the run; with the connector it names the run for good. */
  runId: string
  /** The gateway's id of the agent. */
  agent: string
  agentId: string | null
  /** The resource group that the agent is in when this is told. */
  group: string | null
  /** Null: nobody told which. */
  model: string | null
  /** When it ended, in milliseconds since 1970. */
  at: number
  inputTokens: number
  outputTokens: number
  /** Null: nobody knows its price. */
  costMicroUsd: number | null
}

/** A budget as it was last changed; without settings it is removed. */
export interface BudgetInForce {
  id: string
  version: number
  settings: BudgetSettings | null
}

export interface By {
  kind: string
  id: string
  name: string
}

export interface LedgerStanding {
  budgetId: string
  start: number
  end: number
  spent: number
  added: number
  runs: number
  unpricedRuns: number
  isWarned: boolean
  isExceeded: boolean
  breaker: 'closed' | 'asking' | 'open'
  since: number | null
  orderIds: string[]
  approvalIds: string[]
}

/** What was asked for by an approval: to spend further in one period. */
export interface AwaitedRaise {
  approvalId: string
  budgetId: string
  /** Null: of the present one. */
  periodStart: number | null
  amountMicroUsd: number
  reason: string
  by: By
}

export interface MedianCost {
  agentId: string
  costMicroUsd: number
}

export type RaiseState = 'waiting' | 'applied' | 'refused'

/** One organization's ledger: what was used, what budgets count of it, and what they hold back. */
export interface CostLedgerRpc {
  /**
   * Takes in what runs used: each run once, however often and in whatever order it is told; a price that comes later is
   * added then. When it resolves, usage, counters and what was crossed by them are durable; what follows from a crossing
   * happens behind it.
   */
  record(organizationId: string, usage: Usage[]): Promise<void>
  /** Takes over budgets as they are now; an older version than the known one is nothing. Durable when it resolves. */
  follow(organizationId: string, budgets: BudgetInForce[]): Promise<void>
  /** How these stand in their present periods; those that it does not know are left out. */
  standings(organizationId: string, budgetIds: string[]): Promise<LedgerStanding[]>
  /** The median cost of each agent's newest priced runs, in micro-USD; agents without any are left out. */
  medianCosts(agentIds: string[]): Promise<MedianCost[]>
  /** Keeps what an approval would raise, and applies it when that is allowed. Twice is once, by the approval. */
  awaitRaise(organizationId: string, raise: AwaitedRaise): Promise<void>
  /** Looks now what became of an approval; null for one that it does not know. */
  settleRaise(approvalId: string): Promise<RaiseState | null>
  /** Closes the breaker of the present period and counts anew from what is spent; false where nothing is exceeded. */
  reset(budgetId: string, reason: string, by: By): Promise<boolean>
  /** When it resolves, what was recorded before stands in the daily sums in D1. */
  project(organizationId: string): Promise<void>
}
