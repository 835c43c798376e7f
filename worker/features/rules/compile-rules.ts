import { type Applies, compileCondition, Fault, type View, viewOf } from './condition/compile.ts'
import { defaultAsk, type RequestFacts, type Rule, type RuleOutcome, type Shadowed, type Verdict } from './contract.ts'

interface CompiledRule {
  rule: Rule
  applies: Applies
}

export interface CompiledRules {
  version: number
  rules: readonly CompiledRule[]
  /** Pure, and never throws. */
  verdict: (facts: RequestFacts) => Verdict
}

/** Makes a list of rules ready to be asked, in its order. Conditions that were compiled before are not compiled again. */
export const compileRules = (version: number, list: readonly Rule[]): CompiledRules => {
  const rules = list.map((rule) => ({ rule, applies: compiledOf(rule.condition) }))
  const enabled = rules.filter(({ rule }) => rule.enabled)
  return { version, rules, verdict: (facts) => decide(version, enabled, viewOf(facts)) }
}

/** The first enforced rule that applies decides, and so does one that cannot be evaluated: it refuses. */
const decide = (version: number, rules: readonly CompiledRule[], view: View): Verdict => {
  const shadowed: Shadowed[] = []
  for (const { rule, applies } of rules) {
    const applied = applies(view)
    if (applied === false) continue
    const error = applied instanceof Fault ? applied.message : null
    if (rule.mode === 'enforce') {
      const outcome = error === null ? rule.outcome : refusalOf(rule, error)
      return { version, rule: { id: rule.id, name: rule.name }, outcome, shadowed, error }
    }
    shadowed.push({
      ruleId: rule.id,
      ruleName: rule.name,
      outcome: error === null ? rule.outcome.kind : 'refuse',
      ...(error !== null && { error }),
    })
  }
  return { version, rule: null, outcome: { kind: 'ask', ask: defaultAsk }, shadowed, error: null }
}

const refusalOf = (rule: Rule, error: string): RuleOutcome => ({
  kind: 'refuse',
  reason: `The rule “${rule.name}” could not be evaluated: ${error}`.slice(0, 300),
})

const conditionsMax = 5_000
const known = new Map<string, Applies>()

const compiledOf = (condition: string): Applies => {
  const found = known.get(condition)
  if (found) return found
  const compiled = compileCondition(condition)
  if (known.size >= conditionsMax) known.delete(known.keys().next().value ?? '')
  known.set(condition, compiled)
  return compiled
}
