import type { ExplainedTools } from '../../../worker/features/agents/explain/explain-tools.ts'

/**
 * The lines that the gateway's log should have for an explanation: for each step and kind of rule the tools that reached
 * it and did not pass, by name. Of a tool that may have been stopped before, nobody knows whether it came so far.
 */
export const expectedRemovals = ({ steps, tools }: ExplainedTools, built: ReadonlySet<string>): string[] => {
  const removed = new Map<string, string[]>()
  for (const { name, decidedBy, steps: verdicts } of tools) {
    const step = steps.find((each) => each.step === decidedBy)
    if (!step || !built.has(name) || verdicts.some(({ verdict }) => verdict === 'unknown')) continue
    const denied = verdicts.find((each) => each.step === decidedBy)?.verdict === 'denied'
    const label = denied ? denialLabel(step.label) : step.label
    removed.set(label, [...(removed.get(label) ?? []), name])
  }
  const lines = [...removed].map(([label, names]) => `${label}: ${names.sort().join(' ')}`)
  // Before it builds the tools the gateway asks about `read` alone, to know whether pictures may be read.
  const read = [...removed].find(([, names]) => names.includes('read'))?.[0]
  return read === undefined ? lines : [...lines, `${read}: read`]
}

const denialLabel = (label: string): string =>
  label.includes('.allow') ? label.replaceAll('.allow', '.deny') : `${label}.deny`
