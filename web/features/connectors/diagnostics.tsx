import { useMutation } from '@tanstack/react-query'
import { LoaderCircle, Stethoscope } from 'lucide-react'
import { useLocale } from 'use-intl'
import { Diagnostics as Answer, type Connector } from '../../../worker/features/connectors/contract.ts'
import { diagnosticNames } from '../../../worker/features/connectors/link/diagnosis/contract.ts'
import { request } from '../../api.ts'
import { duration } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { Trouble } from '../../ui/state.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { useNow } from '../../use-now.ts'
import { DiagnosticLine } from './diagnostic-step.tsx'

/** Asks the connector to check every step of the way and shows each with its time and, where needed, the remedy. */
export function Diagnostics({ connector, may }: { connector: Connector; may: boolean }) {
  const t = useT()
  const run = useMutation({
    mutationFn: () => request(Answer, `/connectors/${connector.id}/diagnostics`, { method: 'POST', body: {} }),
  })
  const why = !may ? t('connectors.mayNot') : connector.state !== 'online' ? t('diagnostics.offline') : null
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
      {run.isPending ? (
        <Underway since={run.submittedAt} />
      ) : run.data ? (
        <Result answer={run.data} />
      ) : why ? null : (
        <p className="border-y border-line py-3 text-ink-2">
          {t('diagnostics.before', { count: diagnosticNames.length })}
        </p>
      )}
    </Section>
  )
}

/** The connector answers all steps at once: until then they stand there by name. */
function Underway({ since }: { since: number }) {
  const t = useT()
  const locale = useLocale()
  const time = duration(locale, Math.max(0, useNow() - since))
  return (
    <>
      <p role="status" className="mb-2 flex items-center gap-2 text-xs text-ink-2">
        <LoaderCircle size={14} className="animate-spin" aria-hidden />
        {t('diagnostics.running')}
        <span aria-hidden className="tnum">
          {t('diagnostics.progress', { time })}
        </span>
      </p>
      <ol aria-busy="true" className="hairlines text-ink-3">
        {diagnosticNames.map((name) => (
          <li key={name} className="flex gap-3 py-2">
            <span aria-hidden className="mt-1 size-3.5 shrink-0 rounded-full border-[1.5px] border-ink-3" />
            {t(`diagnostics.step.${name}`)}
          </li>
        ))}
      </ol>
    </>
  )
}

function Result({ answer: { steps, ranAt } }: { answer: Answer }) {
  const t = useT()
  const locale = useLocale()
  const count = (outcome: 'fail' | 'warn') => steps.filter((step) => step.outcome === outcome).length
  const [failed, warned] = [count('fail'), count('warn')]
  const time = duration(
    locale,
    steps.reduce((sum, step) => sum + step.durationMs, 0),
  )
  return (
    <>
      <p role="status" className="tnum mb-2 text-xs text-ink-2">
        {failed === 0 ? t('diagnostics.allWell') : t('diagnostics.failed', { count: failed })}
        {warned > 0 ? ` · ${t('diagnostics.warned', { count: warned })}` : ''} ·{' '}
        {t('diagnostics.took', { count: steps.length, time })} · <ClockTime at={ranAt} />
      </p>
      <ol aria-label={t('diagnostics.title')} className="hairlines">
        {steps.map((step) => (
          <DiagnosticLine key={step.name} step={step} />
        ))}
      </ol>
    </>
  )
}
