import type { BudgetScope, BudgetSettings, LimitAction } from './contract.ts'

export interface Reckoning {
  spent: number
  /** What was added to the limit in this period. */
  added: number
}

export interface Latch {
  isWarned: boolean
  isExceeded: boolean
  breaker: 'closed' | 'asking' | 'open'
}

/** What a budget's numbers make of it, and what has to be told and done about that. */
export interface Judgement {
  latch: Latch
  /** Null: nothing new. */
  told: 'warned' | 'exceeded' | null
  because: 'limit' | 'beyond_raise' | 'changed'
  /** What follows from `exceeded`. */
  action: LimitAction | 'none'
}

type Limits = Pick<BudgetSettings, 'limitMicroUsd' | 'warnPercent' | 'onLimit' | 'raiseMicroUsd'>

export const allowedOf = ({ limitMicroUsd }: Limits, { added }: Pick<Reckoning, 'added'>): number =>
  limitMicroUsd + added

/** By a percentage of what is allowed now, so that it comes before the limit also after an override. */
export const warnAtOf = ({ limitMicroUsd, warnPercent }: Limits, { added }: Pick<Reckoning, 'added'>): number =>
  added + Math.ceil((limitMicroUsd * warnPercent) / 100)

/** What an approval under `ask` raises the period's limit by. */
export const raiseOf = ({ limitMicroUsd, raiseMicroUsd }: Limits): number =>
  raiseMicroUsd ?? Math.max(1, Math.ceil(limitMicroUsd / 10))

/**
 * Spending that has reached what is allowed is over it: nothing is left. While an approval is asked for, agents may use
 * what it would add; when that is spent too they are stopped. Of a period that is over everything is told, and nothing held.
 */
export const judge = (limits: Limits, reckoning: Reckoning, before: Latch, isOver: boolean): Judgement => {
  const { spent } = reckoning
  const allowed = allowedOf(limits, reckoning)
  const isExceeded = spent >= allowed
  const isWarned = spent >= warnAtOf(limits, reckoning)
  const isBeyondRaise = spent >= allowed + raiseOf(limits)
  const breaker = isOver || !isExceeded ? 'closed' : breakerOf(limits.onLimit, before.breaker, isBeyondRaise)
  const isNew = isExceeded && !before.isExceeded
  const opens = breaker === 'open' && before.breaker !== 'open'
  const asks = breaker === 'asking' && before.breaker !== 'asking'
  const exceeded = isNew || opens || asks
  return {
    latch: { isWarned, isExceeded, breaker },
    told: exceeded ? 'exceeded' : isWarned && !before.isWarned && !isExceeded ? 'warned' : null,
    because: isNew || !exceeded ? 'limit' : before.breaker === 'asking' ? 'beyond_raise' : 'changed',
    action: isOver ? 'none' : breaker === 'open' ? 'stop' : breaker === 'asking' ? 'ask' : 'warn',
  }
}

const breakerOf = (onLimit: LimitAction, before: Latch['breaker'], isBeyondRaise: boolean): Latch['breaker'] => {
  if (onLimit === 'warn') return 'closed'
  if (onLimit === 'stop' || before === 'open') return 'open'
  return isBeyondRaise ? 'open' : 'asking'
}

export const scopeOf = ({
  scopeKind,
  scopeRef,
}: {
  scopeKind: BudgetScope['kind']
  scopeRef: string | null
}): BudgetScope => {
  const ref = scopeRef ?? ''
  switch (scopeKind) {
    case 'agent':
      return { kind: 'agent', agentId: ref }
    case 'group':
      return { kind: 'group', group: ref }
    case 'model':
      return { kind: 'model', model: ref }
    case 'organization':
      return { kind: 'organization' }
  }
}

export const refOf = (scope: BudgetScope): string | null => {
  if (scope.kind === 'agent') return scope.agentId
  if (scope.kind === 'group') return scope.group
  return scope.kind === 'model' ? scope.model : null
}

/** Whether a budget of the scope counts what an agent uses now. */
export const covers = (
  scope: BudgetScope,
  agent: { id: string; group: string | null; model: string | null },
): boolean =>
  scope.kind === 'organization' ||
  (scope.kind === 'agent' && scope.agentId === agent.id) ||
  (scope.kind === 'group' && scope.group === agent.group) ||
  (scope.kind === 'model' && scope.model === agent.model)
