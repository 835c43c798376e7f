import { useT } from '../i18n/use-t.ts'
import { useLiveState } from '../live.ts'

const looks = {
  connecting: 'border-[1.5px] border-ink-3',
  live: 'bg-low',
  reconnecting: 'bg-medium animate-pulse',
  offline: 'bg-critical',
}

export function LiveDot() {
  const t = useT()
  const state = useLiveState()
  return (
    <span
      role="status"
      title={t(`live.explain.${state}`)}
      className="mr-1 flex items-center gap-1.5 text-2xs text-ink-2"
    >
      <span aria-hidden className={`size-2 rounded-full ${looks[state]}`} />
      {t(`live.${state}`)}
    </span>
  )
}

/** Says that what is shown may be old, as long as the stream is away. */
export function StaleBanner() {
  const t = useT()
  const state = useLiveState()
  if (state !== 'reconnecting' && state !== 'offline') return null
  return (
    <p
      role="status"
      className="shrink-0 border-b border-line bg-medium-soft px-4 py-1.5 text-center text-xs text-medium"
    >
      {t(`live.banner.${state}`)}
    </p>
  )
}
