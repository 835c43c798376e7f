import type { ExplainedTools } from '../explain-tools.ts'
import type { Finding } from './contract.ts'
import { finding } from './finding.ts'

/** What all rules together come to, where that is not what it looks like. */
export const outcomeFindings = ({ pipeline, tools }: ExplainedTools): Finding[] => {
  const left = tools.filter(({ outcome }) => outcome !== 'withheld')
  const restricting = pipeline.steps.filter(
    ({ policy }) => policy?.allow && policy.allow.length > 0 && !policy.addsOnly,
  )
  const denyAll = pipeline.steps
    .flatMap(({ policy }) => policy?.deny ?? [])
    .find(({ entry }) => /^\*+$/.test(entry.trim()))
  const differing = tools.filter(({ agrees }) => agrees === false)
  const known = tools.length > 0
  return [
    // A run with nothing left fails where a list allows, and goes on and costs money where a list denies.
    ...(known && left.length === 0 && denyAll ? [finding('denyAllStillSpends', 'warning', [denyAll.path])] : []),
    ...(known && left.length === 0 && !denyAll && restricting.length > 0
      ? [
          finding(
            'noToolsLeft',
            'danger',
            restricting.flatMap(({ paths }) => paths),
          ),
        ]
      : []),
    ...writeWithoutPatch({ pipeline, tools }),
    ...(differing.length > 0
      ? [finding('gatewayDiffers', 'danger', [], { tools: differing.map(({ name }) => name) })]
      : []),
  ]
}

/** Who may write may patch; who may not write may still patch, unless that is denied by its own name. */
const writeWithoutPatch = ({ pipeline, tools }: Pick<ExplainedTools, 'pipeline' | 'tools'>): Finding[] => {
  const named = (name: string) => tools.find((tool) => tool.name === name)
  const [write, patch] = [named('write'), named('apply_patch')]
  if (!write || patch?.outcome === 'withheld' || !patch) return []
  const denial = write.steps.find(({ verdict }) => verdict === 'denied')
  const configured = pipeline.steps.some(({ step, paths }) => step === denial?.step && paths.length > 0)
  if (!denial?.by?.path || !configured) return []
  return [finding('denyWriteLeavesPatch', 'danger', [denial.by.path], { tools: ['apply_patch'] })]
}
