import type { Agent } from '../../../worker/features/agents/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'

const tones: Record<Agent['activity'], Tone> = { idle: 'good', running: 'busy', waiting: 'warn', unknown: 'off' }

export function AgentState({ agent }: { agent: Agent }) {
  const t = useT()
  if (agent.state === 'removed') return <Dot tone="off">{t('agents.state.removed')}</Dot>
  return <Dot tone={tones[agent.activity]}>{t(`agents.activity.${agent.activity}`)}</Dot>
}
