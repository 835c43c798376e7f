import type { ToolVerdict } from '../../../../worker/features/agents/explain/policy/contract.ts'
import { type Passing, passingOf, stages } from './stages.ts'

const [cell, gap, height] = [7, 2, 16]
/** Told apart by their height, so that colours only repeat it. */
const heights: Record<Passing, number> = { off: 2, unknown: 4, passed: 7, also: 11, decides: 16 }
const fills: Record<Passing, string> = {
  off: 'text-line-2',
  passed: 'text-chart',
  unknown: 'text-medium',
  also: 'text-high opacity-45',
  decides: 'text-high',
}
const kinds = ['off', 'unknown', 'passed', 'also', 'decides'] as const

/** A tool's way in fourteen marks: five shapes in one drawing, so that a thousand rows stay light. */
export function Strip({ tool }: { tool: ToolVerdict }) {
  const paths: Record<Passing, string> = { off: '', unknown: '', passed: '', also: '', decides: '' }
  for (const [index, stage] of stages.entries()) {
    const passing = passingOf(tool, stage)
    const tall = heights[passing]
    paths[passing] += `M${index * (cell + gap)} ${(height - tall) / 2}h${cell}v${tall}h-${cell}z`
  }
  const width = stages.length * (cell + gap) - gap
  return (
    <svg aria-hidden width={width} height={height} viewBox={`0 0 ${width} ${height}`} className="shrink-0">
      {kinds.map((kind) =>
        paths[kind] === '' ? null : <path key={kind} d={paths[kind]} fill="currentColor" className={fills[kind]} />,
      )}
    </svg>
  )
}
