import { compileRules } from '../worker/features/rules/compile-rules.ts'
import { compilePlainly, Fault, viewOf } from '../worker/features/rules/condition/compile.ts'
import type { RequestFacts, Rule } from '../worker/features/rules/contract.ts'
import { alternate } from './support/figures.ts'
import { aRequest } from './support/rule-set.ts'

const rounds = 10
const requestsEach = 60

/** The same order and the same meaning of errors, each condition whole by @bufbuild/cel, planned once. */
const byCelAlone = (rules: readonly Rule[]) => {
  const planned = rules.map(({ id, condition }) => ({ id, applies: compilePlainly(condition) }))
  return (facts: RequestFacts): string | null => {
    const view = viewOf(facts)
    for (const { id, applies } of planned) {
      const applied = applies(view)
      if (applied === true || applied instanceof Fault) return id
    }
    return null
  }
}

/** Milliseconds for each of many requests, none of which meets any rule but the last, in alternating rounds by both. */
export const evaluated = async (rules: readonly Rule[]) => {
  const startedAt = performance.now()
  const compiled = compileRules(1, rules)
  const readyMs = performance.now() - startedAt
  const [ours, theirs]: [number[], number[]] = [[], []]
  let index = 0
  const run = (decide: (facts: RequestFacts) => string | null, times: number[]) => async () => {
    for (let request = 0; request < requestsEach; request++) {
      const facts = aRequest(index++)
      const from = performance.now()
      const id = decide(facts)
      times.push(performance.now() - from)
      if (id !== rules.at(-1)?.id) throw new Error(`request ${index - 1} met ${id}`)
    }
  }
  const oursOnce = run((facts) => compiled.verdict(facts).rule?.id ?? null, ours)
  const theirsOnce = run(byCelAlone(rules), theirs)
  await oursOnce()
  await theirsOnce()
  for (const times of [ours, theirs]) times.length = 0
  await alternate(rounds, oursOnce, theirsOnce)
  return { readyMs, ours, theirs }
}
