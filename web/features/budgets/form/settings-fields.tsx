import { useId } from 'react'
import { useLocale } from 'use-intl'
import { budgetPeriods } from '../../../../worker/features/budgets/contract.ts'
import { cost } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Field, SelectField } from '../../../ui/field.tsx'
import { microUsdOf } from '../money.ts'
import type { BudgetDraft, Faults } from './draft.ts'
import { LimitChoice } from './limit-choice.tsx'

interface Props {
  draft: BudgetDraft
  set: (change: Partial<BudgetDraft>) => void
  faults: Faults
  /** What somebody else made of a field meanwhile, in words. */
  theirs?: (name: keyof BudgetDraft) => string | undefined
}

/** How much, for how long, by whose clock, and what then. */
export function SettingsFields({ draft, set, faults, theirs = () => undefined }: Props) {
  const t = useT()
  const locale = useLocale()
  const zones = useId()
  const fault = (name: 'limitMicroUsd' | 'warnPercent' | 'timeZone' | 'raiseMicroUsd') =>
    faults.has(name) ? t(`budgets.fault.${name}`) : undefined
  const limit = microUsdOf(draft.limit)
  const percent = Number(draft.warnPercent)
  const warnAt = limit !== null && percent >= 1 && percent <= 100 ? Math.round((limit * percent) / 100) : null
  return (
    <>
      <Field
        label={t('budgets.form.name')}
        hint={theirs('name')}
        value={draft.name}
        maxLength={100}
        autoComplete="off"
        error={faults.has('name') ? t('budgets.fault.name') : undefined}
        onChange={({ target }) => set({ name: target.value })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('budgets.form.limit')}
          hint={theirs('limit')}
          inputMode="decimal"
          autoComplete="off"
          placeholder="50.00"
          className="tnum"
          value={draft.limit}
          error={fault('limitMicroUsd')}
          onChange={({ target }) => set({ limit: target.value })}
        />
        <Field
          label={t('budgets.form.warn')}
          hint={
            theirs('warnPercent') ??
            (warnAt === null ? undefined : t('budgets.form.warnAt', { cost: cost(locale, warnAt) }))
          }
          type="number"
          min={1}
          max={100}
          className="tnum"
          value={draft.warnPercent}
          error={fault('warnPercent')}
          onChange={({ target }) => set({ warnPercent: target.value })}
        />
        <SelectField
          label={t('budgets.form.period')}
          hint={theirs('period') ?? t('budgets.form.periodHint')}
          value={draft.period}
          onChange={({ target }) => set({ period: budgetPeriods.find((one) => one === target.value) ?? draft.period })}
        >
          {budgetPeriods.map((one) => (
            <option key={one} value={one}>
              {t(`budgets.each.${one}`)}
            </option>
          ))}
        </SelectField>
        <Field
          label={t('budgets.form.timeZone')}
          hint={theirs('timeZone')}
          list={zones}
          value={draft.timeZone}
          error={fault('timeZone')}
          onChange={({ target }) => set({ timeZone: target.value })}
        />
        <datalist id={zones}>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </div>
      <LimitChoice chosen={draft.onLimit} choose={(onLimit) => set({ onLimit })} />
      {theirs('onLimit') ? <p className="text-2xs text-ink-2">{theirs('onLimit')}</p> : null}
      {draft.onLimit === 'ask' ? (
        <Field
          label={t('budgets.form.raise')}
          hint={theirs('raise') ?? t('budgets.form.raiseHint')}
          inputMode="decimal"
          autoComplete="off"
          className="tnum"
          value={draft.raise}
          error={fault('raiseMicroUsd')}
          onChange={({ target }) => set({ raise: target.value })}
        />
      ) : null}
      <p className="text-2xs text-ink-2">{t('budgets.form.overshoot')}</p>
    </>
  )
}
