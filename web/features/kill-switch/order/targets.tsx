import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { KillOrder, KillTarget } from '../../../../worker/features/kill-switch/contract.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { failureText } from '../reason-text.ts'

/** The order on its way to each gateway: ordered, delivered, confirmed, each with the time since it was ordered. */
export function Targets({ order }: { order: KillOrder }) {
  const t = useT()
  return (
    <Section title={t('kill.propagation')}>
      {order.targets.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('kill.noTargets')}</p>
      ) : (
        <ul className="hairlines" aria-label={t('kill.propagation')}>
          {order.targets.map((target) => (
            <Target key={target.connectorId} target={target} recovers={order.recovery !== null} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Target({ target, recovers }: { target: KillTarget; recovers: boolean }) {
  const t = useT()
  const { state, reach } = target
  const isDone = state === 'confirmed' || state === 'recovered'
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Link
          to="/connectors/$id"
          params={{ id: target.connectorId }}
          className="min-w-32 flex-1 truncate font-medium hover:underline max-sm:basis-full"
        >
          {target.connectorName || target.connectorId}
        </Link>
        <span className="tnum text-xs text-ink-2">
          {t(recovers ? 'kill.recoveredOf' : 'kill.confirmedOf', {
            done: recovers ? target.recovered : target.confirmed,
            agents: target.agents,
          })}
        </span>
        <Way target={target} />
      </div>
      {!isDone && reach !== 'online' ? (
        <p role="alert" className="mt-2 flex gap-2 rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
          <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0" />
          <span>
            <strong className="font-medium">{t('kill.notReached')}</strong> {t(`kill.reach.${reach}`)}
          </span>
        </p>
      ) : null}
      {state === 'failed' || state === 'broken' ? (
        <p role="alert" className="mt-2 rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
          <strong className="font-medium">{t(`kill.targetState.${state}`)}</strong>{' '}
          {state === 'failed' ? failureText(t, target) : null}
          {reach === 'online' ? <span className="mt-0.5 block">{t(`kill.goesOn.${state}`)}</span> : null}
        </p>
      ) : null}
    </li>
  )
}

/** Three points on a line. The line is drawn as far as it is proven. */
function Way({ target }: { target: KillTarget }) {
  const t = useT()
  const locale = useLocale()
  const { state, deliveredMs, confirmedMs } = target
  const bad = state === 'failed' || state === 'broken'
  const points = [
    { key: 'ordered', at: 0 },
    { key: 'delivered', at: deliveredMs },
    { key: 'confirmed', at: bad ? null : confirmedMs },
  ] as const
  return (
    <ol className="grid w-full max-w-96 grid-cols-3 sm:w-96">
      {points.map(({ key, at }, place) => {
        const isThere = at !== null
        return (
          <li key={key} className="relative text-2xs">
            {place > 0 ? (
              <span
                aria-hidden
                className={`absolute top-[5px] left-[calc(-100%+16px)] h-0.5 w-[calc(100%-20px)] ${isThere ? 'bg-low' : 'bg-line-2'}`}
              />
            ) : null}
            <span
              aria-hidden
              className={`mb-1 block size-3 rounded-full ${isThere ? 'bg-low' : key === 'confirmed' && bad ? 'bg-critical' : 'border-2 border-line-2'}`}
            />
            <span className={isThere ? '' : 'text-ink-2'}>{t(`kill.points.${key}`)}</span>{' '}
            <span className="tnum text-ink-2">
              {place === 0 ? '' : at === null ? t('kill.notYet') : duration(locale, at)}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
