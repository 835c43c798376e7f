import { useId } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Field, SelectField } from '../../../ui/field.tsx'
import { timeZones } from '../schedule/next-runs.ts'
import { ScheduleText } from '../schedule/schedule-text.tsx'
import { Upcoming } from '../schedule/upcoming.tsx'
import { type Fault, type JobForm, scheduleFrom } from './form.ts'

const kinds = ['cron', 'every', 'at'] as const
const units = ['minute', 'hour', 'day'] as const

/** When a job runs, and at once what that means: in words, and as the next moments. */
export function ScheduleFields(props: {
  form: JobForm
  set: (form: JobForm) => void
  faultText: (fault: Fault) => string | undefined
  /** Nothing of the schedule is at fault. */
  isFit: boolean
}) {
  const { form, set, faultText } = props
  const t = useT()
  return (
    <div className="space-y-4">
      <SelectField
        label={t('cron.scheduleName')}
        value={form.kind}
        onChange={({ target }) => set({ ...form, kind: kinds.find((one) => one === target.value) ?? 'cron' })}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`cron.kind.${kind}`)}
          </option>
        ))}
      </SelectField>
      {form.kind === 'cron' ? <Expression {...props} /> : null}
      {form.kind === 'every' ? (
        <div className="grid grid-cols-2 gap-4">
          <Field
            label={t('cron.every')}
            type="number"
            min={1}
            value={form.count}
            error={faultText('count')}
            onChange={({ target }) => set({ ...form, count: target.value })}
          />
          <SelectField
            label={t('cron.unit')}
            value={form.unit}
            onChange={({ target }) => set({ ...form, unit: units.find((one) => one === target.value) ?? 'hour' })}
          >
            {units.map((unit) => (
              <option key={unit} value={unit}>
                {t(`cron.units.${unit}`)}
              </option>
            ))}
          </SelectField>
        </div>
      ) : null}
      {form.kind === 'at' ? (
        <Field
          label={t('cron.at')}
          type="datetime-local"
          value={form.at}
          error={faultText('at')}
          onChange={({ target }) => set({ ...form, at: target.value })}
        />
      ) : null}
      {props.isFit ? (
        <div className="rounded-md border border-line bg-canvas px-3.5 py-3">
          <p className="mb-2 text-xs font-medium">
            <ScheduleText schedule={scheduleFrom(form)} />
          </p>
          <Upcoming schedule={scheduleFrom(form)} anchor={null} />
        </div>
      ) : (
        <p className="rounded-md bg-sunken px-3 py-2 text-xs text-ink-2">{t('cron.unfit')}</p>
      )}
    </div>
  )
}

function Expression({ form, set, faultText }: Parameters<typeof ScheduleFields>[0]) {
  const t = useT()
  const id = useId()
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label={t('cron.expression')}
        className="font-mono"
        value={form.expr}
        spellCheck={false}
        hint={t('cron.expressionHint')}
        error={faultText('expr')}
        onChange={({ target }) => set({ ...form, expr: target.value })}
      />
      <Field
        label={t('cron.zone')}
        list={id}
        value={form.tz}
        hint={t('cron.zoneHint')}
        error={faultText('tz')}
        onChange={({ target }) => set({ ...form, tz: target.value.trim() })}
      />
      <datalist id={id}>
        {timeZones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  )
}
