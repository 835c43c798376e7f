import { useMutation } from '@tanstack/react-query'
import { CircleCheck, CircleMinus, CircleX, Stethoscope, TriangleAlert } from 'lucide-react'
import { useLocale } from 'use-intl'
import { Diagnostics as Answer, type Connector } from '../../../worker/features/connectors/contract.ts'
import { request } from '../../api.ts'
import { duration } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Copy } from '../../ui/copy.tsx'
import { Section } from '../../ui/page.tsx'
import { Skeleton, Trouble } from '../../ui/state.tsx'
import { ClockTime } from '../../ui/time.tsx'

const looks = {
  pass: { Icon: CircleCheck, tone: 'text-low' },
  warn: { Icon: TriangleAlert, tone: 'text-medium' },
  fail: { Icon: CircleX, tone: 'text-critical' },
  skip: { Icon: CircleMinus, tone: 'text-ink-3' },
}

/** Asks the connector to check every step of the way and shows each with its time and, where needed, the remedy. */
export function Diagnostics({ connector, may }: { connector: Connector; may: boolean }) {
  const t = useT()
  const locale = useLocale()
  const run = useMutation({
    mutationFn: () => request(Answer, `/connectors/${connector.id}/diagnostics`, { method: 'POST', body: {} }),
  })
  const why = !may ? t('connectors.mayNot') : connector.state !== 'online' ? t('diagnostics.offline') : null
  const steps = run.data?.steps ?? []
  const failed = steps.filter((step) => step.outcome === 'fail').length
  return (
    <Section
      title={t('diagnostics.title')}
      aside={
        <button type="button" className="btn" disabled={why !== null || run.isPending} onClick={() => run.mutate()}>
          <Stethoscope size={15} aria-hidden />
          {run.isPending ? t('diagnostics.running') : t('diagnostics.run')}
        </button>
      }
    >
      {why ? <p className="text-xs text-ink-2">{why}</p> : null}
      <Trouble error={run.error} />
      {run.isPending ? <Skeleton rows={8} height={36} /> : null}
      {run.data && !run.isPending ? (
        <>
          <p role="status" className="mb-2 text-xs text-ink-2">
            {failed === 0 ? t('diagnostics.allWell') : t('diagnostics.failed', { count: failed })} ·{' '}
            <ClockTime at={run.data.ranAt} />
          </p>
          <ol className="hairlines">
            {steps.map((step) => {
              const { Icon, tone } = looks[step.outcome]
              return (
                <li key={step.name} className="flex gap-3 py-2">
                  <Icon
                    size={16}
                    className={`mt-0.5 shrink-0 ${tone}`}
                    role="img"
                    aria-label={t(`diagnostics.outcome.${step.outcome}`)}
                  />
                  <div className="min-w-0 flex-1">
                    <p>
                      {t(`diagnostics.step.${step.name}`)}
                      <span className="ml-2 text-2xs break-words text-ink-2">{step.detail}</span>
                    </p>
                    {step.remedy ? (
                      <p className="mt-1.5 flex items-start gap-2 rounded-md bg-sunken px-2.5 py-1.5 text-xs">
                        <span className="min-w-0 flex-1 break-words">
                          <span className="text-ink-2">{t('diagnostics.remedy')}</span> {step.remedy}
                        </span>
                        <Copy text={step.remedy} what={t('diagnostics.remedy')} />
                      </p>
                    ) : null}
                  </div>
                  <span className="tnum text-2xs text-ink-2">
                    {step.outcome === 'skip' ? '' : duration(locale, step.durationMs)}
                  </span>
                </li>
              )
            })}
          </ol>
        </>
      ) : null}
    </Section>
  )
}
