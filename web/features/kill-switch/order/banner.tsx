import { CircleCheck, LoaderCircle, OctagonX, RotateCcw, TriangleAlert } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { KillOrder } from '../../../../worker/features/kill-switch/contract.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'

const looks = {
  stopping: { tone: 'bg-accent-soft text-accent', icon: LoaderCircle, turns: true },
  stopped: { tone: 'bg-low-soft text-low', icon: CircleCheck, turns: false },
  incomplete: { tone: 'bg-critical-soft text-critical', icon: TriangleAlert, turns: false },
  broken: { tone: 'bg-critical-soft text-critical', icon: OctagonX, turns: false },
  recovering: { tone: 'bg-accent-soft text-accent', icon: LoaderCircle, turns: true },
  recovered: { tone: 'bg-sunken text-ink-2', icon: RotateCcw, turns: false },
} as const

/** The one sentence that counts, told anew whenever it changes. */
export function Banner({ order }: { order: KillOrder }) {
  const t = useT()
  const locale = useLocale()
  const { tone, icon: Icon, turns } = looks[order.state]
  const { agents, confirmed, failed, broken, recovered } = order.tally
  const away = order.targets.filter(({ state, reach }) => state !== 'confirmed' && reach !== 'online').length
  const took = order.confirmedMs === null ? '' : duration(locale, order.confirmedMs)
  return (
    <div role="status" className={`flex items-start gap-3 rounded-lg px-4 py-3.5 ${tone}`}>
      <Icon size={22} aria-hidden className={`mt-0.5 shrink-0 ${turns ? 'motion-safe:animate-spin' : ''}`} />
      <div className="min-w-0">
        <p className="text-base font-semibold text-balance">
          {t(`kill.banner.${order.state}`, { agents, confirmed, recovered, took })}
        </p>
        {away > 0 && order.state !== 'recovered' ? (
          <p className="mt-0.5 text-sm">{t('kill.banner.away', { away })}</p>
        ) : null}
        {failed > 0 ? <p className="mt-0.5 text-sm">{t('kill.banner.failed', { failed })}</p> : null}
        {broken > 0 ? <p className="mt-0.5 text-sm">{t('kill.banner.reEnabled', { broken })}</p> : null}
      </div>
    </div>
  )
}
