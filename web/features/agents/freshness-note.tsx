import { History } from 'lucide-react'
import type { Freshness } from '../../../worker/features/agents/live/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Ago } from '../../ui/time.tsx'

/** Says that an answer is not of now, since when, and why; nothing while it is live. `of`: where there are several. */
export function FreshnessNote({ freshness, of }: { freshness: Freshness | undefined; of?: string }) {
  const t = useT()
  if (!freshness || freshness.source === 'live') return null
  return (
    <p className="mb-4 flex items-start gap-2 rounded-md bg-medium-soft px-3 py-2 text-xs text-medium">
      <History size={14} aria-hidden className="mt-0.5 shrink-0" />
      <span>
        {of ? `${of} ` : null}
        {t(`agent.notNow.${freshness.source}`)} <Ago at={freshness.at} />
        {freshness.because ? ` · ${t(`agent.away.${freshness.because}`)}` : null}
      </span>
    </p>
  )
}
