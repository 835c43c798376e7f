import { useId, useState } from 'react'
import { useT } from '../../i18n/use-t.ts'

const units = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }
type Unit = keyof typeof units
const names: Unit[] = ['second', 'minute', 'hour', 'day']

const unitOf = (ms: number): Unit => names.findLast((unit) => ms % units[unit] === 0) ?? 'second'

/** A span of time as a number and its unit. */
export function TimeField(props: {
  label: string
  valueMs: number
  minMs: number
  maxMs: number
  change: (ms: number) => void
}) {
  const t = useT()
  const id = useId()
  const [unit, setUnit] = useState(unitOf(props.valueMs))
  const set = (count: number, next: Unit) => {
    setUnit(next)
    if (Number.isFinite(count) && count > 0)
      props.change(Math.min(props.maxMs, Math.max(props.minMs, Math.round(count) * units[next])))
  }
  const count = Math.round(props.valueMs / units[unit])
  return (
    <div className="flex items-center gap-1.5">
      <label htmlFor={id} className="sr-only">
        {props.label}
      </label>
      <input
        id={id}
        type="number"
        min={1}
        className="field tnum md:h-8 w-20"
        value={count}
        onChange={(event) => set(event.target.valueAsNumber, unit)}
      />
      <select
        aria-label={t('rules.ask.unit')}
        className="field md:h-8 w-auto"
        value={unit}
        onChange={(event) => {
          const next = names.find((one) => one === event.target.value)
          if (next) set(count, next)
        }}
      >
        {names.map((one) => (
          <option key={one} value={one}>
            {t(`rules.ask.units.${one}`)}
          </option>
        ))}
      </select>
    </div>
  )
}
