import { Eraser, Eye } from 'lucide-react'
import { useState } from 'react'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { EraseEvent, EraseSubject } from './erase.tsx'
import { Reveal } from './reveal.tsx'

/** Every data subject that a payload names, in the order of their first placeholder. Secrets have none. */
export const subjectsOf = (payload: Record<string, unknown>): string[] => [
  ...new Set(
    [...JSON.stringify(payload).matchAll(/‹([a-z][a-z0-9-]{0,39}:[0-9a-hjkmnp-tv-z]{10})›/g)].map(
      ([, name]) => name ?? '',
    ),
  ),
]

type Asking = { what: 'reveal' | 'erase'; subject: string } | { what: 'event' } | null

/** Who was masked in an event, and what those who may can do: read the original, erase the subject, erase the event. */
export function Masked({ entry: { seq, payload, isErased } }: { entry: AuditEntry }) {
  const t = useT()
  const [mayReveal, mayErase] = [useCan('audit.reveal'), useCan('audit.erase')]
  const [asking, setAsking] = useState<Asking>(null)
  const subjects = subjectsOf(payload)
  const close = () => setAsking(null)
  if (isErased || (!mayReveal && !mayErase)) return null
  return (
    <div className="mt-4">
      {subjects.length > 0 ? (
        <ul aria-label={t('audit.erasure.subjects')} className="border-t border-line">
          {subjects.map((subject) => (
            <li key={subject} className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line py-1.5">
              <code className="min-w-0 flex-1 font-mono text-2xs break-all text-accent">{subject}</code>
              {mayReveal ? (
                <button type="button" className="btn" onClick={() => setAsking({ what: 'reveal', subject })}>
                  <Eye size={14} aria-hidden />
                  {t('audit.erasure.reveal')}
                </button>
              ) : null}
              {mayErase ? (
                <button type="button" className="btn" onClick={() => setAsking({ what: 'erase', subject })}>
                  <Eraser size={14} aria-hidden />
                  {t('audit.erasure.eraseSubject')}
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {mayErase && Object.keys(payload).length > 0 ? (
        <button type="button" className="btn btn-quiet mt-2 text-critical" onClick={() => setAsking({ what: 'event' })}>
          <Eraser size={14} aria-hidden />
          {t('audit.erasure.eraseEvent')}
        </button>
      ) : null}
      {asking?.what === 'reveal' ? <Reveal seq={seq} subject={asking.subject} close={close} /> : null}
      {asking?.what === 'erase' ? <EraseSubject subject={asking.subject} close={close} /> : null}
      {asking?.what === 'event' ? <EraseEvent seq={seq} close={close} /> : null}
    </div>
  )
}
