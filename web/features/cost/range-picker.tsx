import { useNavigate } from '@tanstack/react-router'
import { serverNow } from '../../clock.ts'
import { useT } from '../../i18n/use-t.ts'
import { Filter } from '../../ui/field.tsx'
import { type CostSearch, presetOf, presets, rangeOf, searchOf } from './range.ts'

/** Which days are shown: some last ones, this month, or from one day to another. */
export function RangePicker({ search }: { search: CostSearch }) {
  const t = useT()
  const navigate = useNavigate()
  const now = serverNow()
  const preset = presetOf(search)
  const range = rangeOf(search, now)
  const go = (next: CostSearch) => void navigate({ to: '/cost', search: next, replace: true })
  const day = (end: 'from' | 'to') => (
    <input
      type="date"
      aria-label={t(`cost.range.${end}`)}
      className="field tnum h-8 w-auto px-2 text-xs max-md:h-11 max-md:min-w-0 max-md:flex-1"
      value={range[end]}
      max={end === 'from' ? range.to : rangeOf({ days: '1' }, now).to}
      min={end === 'to' ? range.from : undefined}
      onChange={({ target }) => target.value !== '' && go({ ...range, [end]: target.value })}
    />
  )
  return (
    <div className="flex flex-wrap gap-2 max-md:w-full">
      {preset === null ? (
        <>
          {day('from')}
          {day('to')}
        </>
      ) : null}
      <Filter
        label={t('cost.range.label')}
        value={preset ?? 'own'}
        onChange={({ target }) => {
          const chosen = presets.find((one) => one === target.value)
          go(chosen ? searchOf(chosen) : range)
        }}
      >
        {presets.map((one) => (
          <option key={one} value={one}>
            {t(`cost.range.preset.${one}`)}
          </option>
        ))}
        <option value="own">{t('cost.range.own')}</option>
      </Filter>
    </div>
  )
}
