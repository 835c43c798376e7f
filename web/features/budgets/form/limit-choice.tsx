import { useId } from 'react'
import { type LimitAction, limitActions } from '../../../../worker/features/budgets/contract.ts'
import { useT } from '../../../i18n/use-t.ts'

/** What happens when the limit is reached, each said in full. */
export function LimitChoice({ chosen, choose }: { chosen: LimitAction; choose: (action: LimitAction) => void }) {
  const t = useT()
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium">{t('budgets.form.onLimit')}</legend>
      <div className="rounded-md border border-line">
        {limitActions.map((one) => (
          <label
            key={one}
            className="flex cursor-pointer items-start gap-2.5 px-3 py-2.5 not-last:border-b not-last:border-line hover:bg-sunken"
          >
            <input
              type="radio"
              name={name}
              className="mt-1 accent-accent"
              checked={chosen === one}
              onChange={() => choose(one)}
            />
            <span className="min-w-0">
              <span className="block text-sm font-medium">{t(`budgets.onLimit.${one}.name`)}</span>
              <span className="block text-xs text-ink-2">{t(`budgets.onLimit.${one}.means`)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
