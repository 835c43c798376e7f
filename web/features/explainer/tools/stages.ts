import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import { policySteps, type ToolVerdict } from '../../../../worker/features/agents/explain/policy/contract.ts'

/** Construction, and then the thirteen steps: every place where a tool can be stopped. */
export const stages = ['construction', ...policySteps] as const
export type Stage = (typeof stages)[number]
export const stageOf = (name: string | undefined): Stage | undefined => stages.find((stage) => stage === name)

export interface StageCount {
  stage: Stage
  removed: number
  left: number
  /** Nothing to say here; construction always has. */
  off: Explanation['steps'][number]['off']
}

/** How many tools each stage stops and how many go on. */
export const countStages = ({ tools, steps }: Pick<Explanation, 'tools' | 'steps'>): StageCount[] => {
  let left = tools.length
  return stages.map((stage) => {
    const removed = tools.filter(({ decidedBy }) => decidedBy === stage).length
    left -= removed
    return { stage, removed, left, off: steps.find(({ step }) => step === stage)?.off ?? null }
  })
}

/**
 * passed, off: it goes on. decides: this stage stopped it. also: an earlier one did, and this one would too. unknown: the
 * gateway tells nobody what decides it here.
 */
export type Passing = 'passed' | 'off' | 'decides' | 'also' | 'unknown'

export const passingOf = (tool: ToolVerdict, stage: Stage): Passing => {
  if (tool.decidedBy === stage) return 'decides'
  if (stage === 'construction') return 'passed'
  const verdict = tool.steps.find(({ step }) => step === stage)?.verdict
  if (verdict === undefined) return 'off'
  return verdict === 'passed' || verdict === 'unknown' ? verdict : 'also'
}
