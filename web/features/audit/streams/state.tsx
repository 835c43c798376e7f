import type { AuditStream } from '../../../../worker/features/audit/streams/contract.ts'
import type { T } from '../../../i18n/use-t.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot, type Tone } from '../../../ui/badge.tsx'

type Shown = 'delivering' | 'retrying' | 'paused' | 'failing'
const tones: Record<Shown, Tone> = { delivering: 'good', retrying: 'warn', paused: 'off', failing: 'bad' }

/** A stream that is tried again and again is active, and its readers want to know. */
const shownState = ({ state, progress }: AuditStream): Shown =>
  state === 'active' ? (progress.attempts > 0 ? 'retrying' : 'delivering') : state

export function StreamState({ stream }: { stream: AuditStream }) {
  const t = useT()
  const shown = shownState(stream)
  return <Dot tone={tones[shown]}>{t(`streams.state.${shown}`)}</Dot>
}

/** Words for an HTTP status, or for why there was none. */
export const outcomeText = (t: T, outcome: string): string => {
  if (/^\d{3}$/.test(outcome)) return `HTTP ${outcome}`
  return t(outcome === 'TimeoutError' ? 'streams.outcome.timeout' : 'streams.outcome.unreachable')
}

export const hostOf = (url: string): string => URL.parse(url)?.host ?? url
