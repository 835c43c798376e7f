import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, LoaderCircle } from 'lucide-react'
import type { Connector } from '../../../worker/features/connectors/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { connectorQuery } from './queries.ts'

const steps = ['created', 'dialled', 'gateway', 'agents'] as const

/** How many of the steps are done: each needs the one before. */
export const stepsDone = (connector: Connector) => {
  if (connector.state !== 'online') return 1
  if (!connector.gateway.connected) return 2
  return connector.agents > 0 ? 4 : 3
}

/** The steps from a token to agents in the list, turning green while one watches. */
export function Pairing({ id }: { id: string }) {
  const t = useT()
  const found = useQuery({ ...connectorQuery(id), refetchInterval: 3_000 })
  const connector = found.data
  const done = connector ? stepsDone(connector) : 1
  return (
    <section aria-label={t('pairing.title')}>
      <h2 className="mb-3 font-medium">{t('pairing.title')}</h2>
      <ol className="relative space-y-4">
        {steps.map((step, index) => {
          const isDone = index < done
          const isNext = index === done
          return (
            <li key={step} className="flex gap-3">
              <span
                aria-hidden
                className={`mt-0.5 grid size-5 shrink-0 place-items-center rounded-full ${isDone ? 'bg-low text-surface' : 'border border-line-2 text-ink-3'}`}
              >
                {isDone ? (
                  <Check size={12} strokeWidth={3} />
                ) : isNext ? (
                  <LoaderCircle size={12} className="animate-spin" />
                ) : null}
              </span>
              <div className="min-w-0">
                <p className={isDone || isNext ? 'font-medium' : 'text-ink-2'}>
                  {t(`pairing.${step}.title`)}
                  <span className="sr-only">{isDone ? t('state.done') : t('state.notYet')}</span>
                </p>
                {isNext ? <p className="text-xs text-ink-2">{t(`pairing.${step}.waiting`)}</p> : null}
                {isNext && step === 'gateway' && connector?.gateway.detail ? (
                  <p className="mt-1 rounded-md bg-medium-soft px-2.5 py-1.5 font-mono text-2xs break-words text-medium">
                    {connector.gateway.detail}
                  </p>
                ) : null}
              </div>
            </li>
          )
        })}
      </ol>
      <p role="status" className="sr-only">
        {t('pairing.progress', { done, of: steps.length })}
      </p>
      {done >= 3 ? (
        <div className="mt-5 flex flex-wrap gap-2">
          <Link to="/agents" search={{ connector: id }} className="btn btn-primary">
            {t('pairing.toAgents', { count: connector?.agents ?? 0 })}
          </Link>
          <Link to="/connectors/$id" params={{ id }} className="btn">
            {t('pairing.toConnector')}
          </Link>
        </div>
      ) : null}
    </section>
  )
}
