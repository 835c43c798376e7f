import type { HealthCause, HealthState } from '../../../worker/features/health/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'
import { Note } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { CauseLine } from './cause-line.tsx'

interface Props {
  health: { state: HealthState; causes: HealthCause[]; since: string | null; isFlapping: boolean }
}

const tones: Record<HealthState, Tone> = { healthy: 'good', degraded: 'warn', offline: 'bad' }

/** How well something is now, since when, and each cause with what to do about it. */
export function Standing({ health: { state, causes, since, isFlapping } }: Props) {
  const t = useT()
  return (
    <div className="space-y-3" aria-live="polite">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Dot tone={tones[state]}>
          <span className="text-base font-medium">{t(`wellness.state.${state}`)}</span>
        </Dot>
        {since ? (
          <span className="text-xs text-ink-2">
            {t('health.since')} <Ago at={since} />
          </span>
        ) : null}
      </p>
      {isFlapping ? <Note tone="warn">{t('health.flapping')}</Note> : null}
      {causes.length > 0 ? (
        <ul className="hairlines">
          {causes.map((cause) => (
            <li key={cause.cause} className="py-2.5">
              <CauseLine cause={cause} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-xs text-ink-2">{t('health.nothing')}</p>
      )}
    </div>
  )
}
