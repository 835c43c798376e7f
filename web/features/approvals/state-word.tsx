import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import type { OwnDecision } from './decisions.ts'

const tones = new Map([
  ['confirmed', 'text-low'],
  ['undeliverable', 'text-critical'],
  ['refused', 'text-critical'],
])

/** Where a request or a decision on it stands, in a word or two. */
export function StateWord({ approval, own }: { approval: Approval; own: OwnDecision | undefined }) {
  const t = useT()
  const phase = own === undefined || own.phase === 'sent' ? null : own.phase
  // A vote that was not the last one needed leaves the request waiting for others.
  const key = phase ?? (approval.state === 'pending' && own ? 'voted' : approval.state)
  const outcome = own?.outcome ?? approval.decision?.outcome
  return (
    <span className={`text-2xs whitespace-nowrap ${tones.get(key) ?? 'text-ink-2'}`}>
      {outcome && !phase ? `${t(`outcome.${outcome}`)} · ` : null}
      {t(`progress.${key}`)}
    </span>
  )
}
