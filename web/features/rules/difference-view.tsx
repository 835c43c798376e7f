import { ArrowUpDown, Minus, PenLine, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { type RuleDifference, RuleOutcome } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { ConditionText } from './condition-text.tsx'
import { countOf, type RuleField } from './difference.ts'
import { OutcomeText } from './outcome-text.tsx'

/** How one list of rules became another, rule by rule and field by field. */
export function DifferenceView({ difference }: { difference: RuleDifference }) {
  const t = useT()
  if (countOf(difference) === 0)
    return <p className="border-y border-line py-3 text-ink-2">{t('rules.difference.none')}</p>
  return (
    <ul className="hairlines">
      {difference.added.map((one) => (
        <Line key={`added ${one.id}`} icon={<Plus size={14} className="text-low" aria-hidden />} name={one.name}>
          {t('rules.difference.added', { position: one.position + 1 })}
        </Line>
      ))}
      {difference.removed.map((one) => (
        <Line
          key={`removed ${one.id}`}
          icon={<Minus size={14} className="text-critical" aria-hidden />}
          name={one.name}
        >
          {t('rules.difference.removed', { position: one.position + 1 })}
        </Line>
      ))}
      {difference.changed.map((one) => (
        <Line
          key={`changed ${one.id}`}
          icon={<PenLine size={14} className="text-accent" aria-hidden />}
          name={one.name}
        >
          {t('rules.difference.changed')}
          <dl className="mt-2 space-y-2.5">
            {one.fields.map(({ field, from, to }) => (
              <div key={field} className="grid gap-x-4 gap-y-1 sm:grid-cols-[96px_1fr_1fr]">
                <dt className="text-2xs text-ink-2">{t(`rules.field.${field}`)}</dt>
                <dd className="min-w-0 text-ink-2">
                  <span className="sr-only">{t('rules.difference.before')} </span>
                  <FieldValue field={field} value={from} />
                </dd>
                <dd className="min-w-0 border-l-2 border-accent pl-2.5">
                  <span className="sr-only">{t('rules.difference.after')} </span>
                  <FieldValue field={field} value={to} />
                </dd>
              </div>
            ))}
          </dl>
        </Line>
      ))}
      {difference.moved.map((one) => (
        <Line
          key={`moved ${one.id}`}
          icon={<ArrowUpDown size={14} className="text-ink-2" aria-hidden />}
          name={one.name}
        >
          {one.from === one.to
            ? t('rules.difference.overtaken', { position: one.to + 1 })
            : t('rules.difference.moved', { from: one.from + 1, to: one.to + 1 })}
        </Line>
      ))}
    </ul>
  )
}

const Line = ({ icon, name, children }: { icon: ReactNode; name: string; children: ReactNode }) => (
  <li className="flex gap-3 py-2.5 text-xs">
    <span className="pt-0.5">{icon}</span>
    <div className="min-w-0 flex-1 text-ink-2">
      <span className="mr-2 font-medium text-ink">{name}</span>
      {children}
    </div>
  </li>
)

/** The value of one field of a rule, as a person reads it. */
export function FieldValue({ field, value }: { field: RuleField; value: unknown }) {
  const t = useT()
  if (value === undefined) return <span className="text-ink-2">{t('rules.difference.nothing')}</span>
  if (field === 'outcome') {
    const outcome = RuleOutcome.safeParse(value)
    return outcome.success ? <OutcomeText outcome={outcome.data} /> : null
  }
  if (field === 'condition')
    return (
      <code className="font-mono text-2xs break-words whitespace-pre-wrap">
        <ConditionText condition={String(value)} />
      </code>
    )
  if (field === 'enabled') return t(value === true ? 'rules.on' : 'rules.off')
  if (field === 'mode') return t(value === 'shadow' ? 'rules.mode.shadow' : 'rules.mode.enforce')
  return <span className="break-words">{value === '' ? t('rules.difference.nothing') : String(value)}</span>
}
