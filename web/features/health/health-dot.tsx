import type { HealthCauseName, HealthState } from '../../../worker/features/health/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'

const tones: Record<HealthState, Tone> = { healthy: 'good', degraded: 'warn', offline: 'bad' }

interface Props {
  state: HealthState
  /** The first is said beside the dot, all of them on hover. */
  causes: readonly HealthCauseName[]
  isFlapping?: boolean
  quiet?: boolean
}

/** How well something is: a dot, its word, and why. What never was connected, or is not any more, is hollow. */
export function HealthDot({ state, causes, isFlapping = false, quiet = false }: Props) {
  const t = useT()
  const [first, ...others] = causes
  const isGone = first === 'never_connected' || first === 'connector_paused' || first === 'removed'
  const all = causes.map((cause) => t(`wellness.cause.${cause}`)).join(t('state.comma'))
  return (
    <span className="inline-flex min-w-0 max-w-full" title={all || undefined}>
      <Dot tone={isGone ? 'off' : tones[state]} quiet={quiet}>
        <span className="truncate">
          {first && state !== 'healthy' ? t(`wellness.cause.${first}`) : t(`wellness.state.${state}`)}
          {others.length > 0 ? ` +${others.length}` : ''}
          {isFlapping ? ` · ${t('wellness.flapping')}` : ''}
        </span>
      </Dot>
    </span>
  )
}
