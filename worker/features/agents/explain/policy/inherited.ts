import type { ExplainedTools } from '../explain-tools.ts'
import type { Situation } from '../situation.ts'
import { inventoryOnly } from './catalog.ts'
import { toolName } from './names.ts'
import type { Policy } from './scope.ts'

/**
 * What a run hands down to a sub-agent that it spawns: each denial that was in force for it, and, where any of its lists
 * let only some tools pass, the tools that were left. The gateway stores both with the child and keeps them there, so this
 * is what a child gets that is spawned now.
 */
export const handedDown = ({ pipeline, tools }: ExplainedTools): NonNullable<Situation['inherited']> => {
  const policies = pipeline.steps.flatMap(({ policy }) => (policy ? [policy] : []))
  const handed = tools.filter(({ name, outcome }) => outcome !== 'withheld' && !inventoryOnly.has(toolName(name)))
  const [left, unsure] = [false, true].map((isUnsure) =>
    handed.filter((tool) => isUndeclared(tool) === isUnsure).map(({ name }) => toolName(name)),
  )
  const denied = policies.flatMap(({ deny }) => deny).map(({ entry }) => entry.trim())
  return {
    allow: policies.some(letsOnlySomePass) ? [...new Set(left)] : [],
    unsure: [...new Set(unsure)],
    deny: [...new Set(denied.filter((entry) => entry !== ''))],
  }
}

const isUndeclared = ({ steps }: ExplainedTools['tools'][number]): boolean =>
  steps.some(({ verdict }) => verdict === 'unknown')

const letsOnlySomePass = ({ allow }: Policy): boolean => {
  const names = (allow ?? []).map(({ entry }) => toolName(entry))
  return !names.includes('*') && names.some((name) => name !== '')
}
