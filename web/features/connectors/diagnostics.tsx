import { LoaderCircle, Stethoscope } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { Diagnostics as Answer, Connector } from '../../../worker/features/connectors/contract.ts'
import { type DiagnosticStep, diagnosticNames } from '../../../worker/features/connectors/link/diagnosis/contract.ts'
import { duration } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { Trouble } from '../../ui/state.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { useNow } from '../../use-now.ts'
import { DiagnosticLine } from './diagnostic-step.tsx'
import { useDiagnosis } from './use-diagnosis.ts'

/** Asks the connector to check every step of the way and shows each with its time and, where needed, the remedy. */
export function Diagnostics({ connector, may }: { connector: Connector; may: boolean }) {
  const t = useT()
  const { diagnosis, run } = useDiagnosis(connector.id)
  const isRunning = diagnosis.state === 'running'
  const why = !may ? t('connectors.mayNot') : connector.state !== 'online' ? t('diagnostics.offline') : null
  return (
    <Section
      title={t('diagnostics.title')}
      aside={
        <button type="button" className="btn" disabled={why !== null || isRunning} onClick={() => void run()}>
          <Stethoscope size={15} aria-hidden />
          {isRunning ? t('diagnostics.running') : t('diagnostics.run')}
        </button>
      }
    >
      {why ? <p className="text-xs text-ink-2">{why}</p> : null}
      <Trouble error={diagnosis.state === 'failed' ? diagnosis.error : null} />
      {diagnosis.state === 'running' ? (
        <Underway since={diagnosis.since} steps={diagnosis.steps} />
      ) : diagnosis.state === 'done' ? (
        <Result answer={diagnosis.answer} />
      ) : diagnosis.state === 'failed' ? (
        <Steps steps={diagnosis.steps} />
      ) : why ? null : (
        <p className="border-y border-line py-3 text-ink-2">
          {t('diagnostics.before', { count: diagnosticNames.length })}
        </p>
      )}
    </Section>
  )
}

/** What is done stands there with its result, what is to come by its name; the one in between turns. */
function Underway({ since, steps }: { since: number; steps: DiagnosticStep[] }) {
  const t = useT()
  const locale = useLocale()
  const time = duration(locale, Math.max(0, useNow() - since))
  const toCome = diagnosticNames.filter((name) => !steps.some((step) => step.name === name))
  return (
    <>
      <p className="tnum mb-2 text-xs text-ink-2">
        <span role="status">{t('diagnostics.running')}</span>{' '}
        {t('diagnostics.progress', { done: steps.length, count: diagnosticNames.length, time })}
      </p>
      <ol aria-busy="true" aria-label={t('diagnostics.title')} className="hairlines">
        {steps.map((step) => (
          <DiagnosticLine key={step.name} step={step} />
        ))}
        {toCome.map((name, index) => (
          <li key={name} className="flex gap-3 py-2 text-ink-3">
            {index === 0 ? (
              <LoaderCircle size={16} className="mt-0.5 shrink-0 animate-spin" aria-hidden />
            ) : (
              <span aria-hidden className="mx-px mt-1 size-3.5 shrink-0 rounded-full border-[1.5px] border-ink-3" />
            )}
            {t(`diagnostics.step.${name}`)}
          </li>
        ))}
      </ol>
    </>
  )
}

function Steps({ steps }: { steps: DiagnosticStep[] }) {
  const t = useT()
  return (
    <ol aria-label={t('diagnostics.title')} className="hairlines">
      {steps.map((step) => (
        <DiagnosticLine key={step.name} step={step} />
      ))}
    </ol>
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
      <Steps steps={steps} />
    </>
  )
}
