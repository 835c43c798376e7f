import { Rule, type RuleDraft } from '../../../worker/features/rules/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'

/** A rule that allows what a condition says, unless told otherwise. */
export const aRule = (condition: string, over: Partial<RuleDraft> = {}): Rule =>
  Rule.parse({ id: newId('rul'), name: condition.slice(0, 100), condition, outcome: { kind: 'allow' }, ...over })

export const asking = (over: Record<string, unknown> = {}) =>
  Rule.shape.outcome.parse({ kind: 'ask', ask: { groups: [{ roles: ['owner', 'admin'] }], ...over } })
