import { CircleCheck, CircleMinus, CircleX, TriangleAlert } from 'lucide-react'
import { useLocale } from 'use-intl'
import {
  type DiagnosticStep,
  diagnosisCodes,
  remedyCodes,
} from '../../../worker/features/connectors/link/diagnosis/contract.ts'
import { duration } from '../../format.ts'
import { type T, useT } from '../../i18n/use-t.ts'
import { Copy } from '../../ui/copy.tsx'

const looks = {
  pass: { Icon: CircleCheck, tone: 'text-low' },
  warn: { Icon: TriangleAlert, tone: 'text-medium' },
  fail: { Icon: CircleX, tone: 'text-critical' },
  skip: { Icon: CircleMinus, tone: 'text-ink-3' },
}

/** In the person's language where the connector says a code that we know; else as the connector says it. */
const detailOf = (t: T, { code, params, detail }: DiagnosticStep): string => {
  const known = diagnosisCodes.find((each) => each === code)
  return known ? t(`health.diagnosis.${known}`, params) : detail
}

const remedyOf = (t: T, { remedyCode, remedy }: DiagnosticStep): string | null => {
  const known = remedyCodes.find((each) => each === remedyCode)
  return known ? t(`health.remedy.${known}`) : remedy
}

/** One step of the diagnostics: its result, what was found, how long it took and how it is mended. */
export function DiagnosticLine({ step }: { step: DiagnosticStep }) {
  const t = useT()
  const locale = useLocale()
  const { Icon, tone } = looks[step.outcome]
  const remedy = remedyOf(t, step)
  return (
    <li className="flex gap-3 py-2">
      <Icon
        size={16}
        className={`mt-0.5 shrink-0 ${tone}`}
        role="img"
        aria-label={t(`diagnostics.outcome.${step.outcome}`)}
      />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap gap-x-2">
          <span>{t(`diagnostics.step.${step.name}`)}</span>
          <span className="min-w-0 text-2xs leading-[1.375rem] break-words text-ink-2">{detailOf(t, step)}</span>
        </p>
        {remedy ? (
          <p className="mt-1.5 flex items-start gap-2 rounded-md bg-sunken px-2.5 py-1.5 text-xs">
            <span className="min-w-0 flex-1 break-words">
              <span className="text-ink-2">{t('diagnostics.remedy')}</span> {remedy}
            </span>
            <Copy text={remedy} what={t('diagnostics.remedy')} />
          </p>
        ) : null}
      </div>
      <span className="tnum text-2xs text-ink-2">
        {step.outcome === 'skip' ? '' : duration(locale, step.durationMs)}
      </span>
    </li>
  )
}
