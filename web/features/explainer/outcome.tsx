import type { ToolVerdict } from '../../../worker/features/agents/explain/policy/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'

const tones: Record<ToolVerdict['outcome'], Tone> = { callable: 'good', withheld: 'off', possible: 'warn' }

export function Outcome({ outcome }: { outcome: ToolVerdict['outcome'] }) {
  const t = useT()
  return <Dot tone={tones[outcome]}>{t(`explainer.outcome.${outcome}`)}</Dot>
}
