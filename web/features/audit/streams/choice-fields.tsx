import { auditEvents } from '../../../../worker/features/audit/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SelectField } from '../../../ui/field.tsx'
import { typeText } from '../table/choices.tsx'

const areas = [...new Set(Object.keys(auditEvents).map((type) => `${type.split('.')[0]}.`))]
const risks = { medium: 'medium,high,critical', high: 'high,critical' } as const
const isAmong = (values: readonly string[], value: string) => value === '' || values.includes(value)

export interface ChoiceForm {
  format: string
  /** As the API has it; empty is every one. */
  type: string
  risk: string
}

interface Props {
  form: ChoiceForm
  set: (change: Partial<ChoiceForm>) => void
}

/** In which words a stream tells, and what of; a choice that was made through the API stands there as it is. */
export function ChoiceFields({ form, set }: Props) {
  const t = useT()
  return (
    <>
      <SelectField
        label={t('streams.format')}
        value={form.format}
        onChange={({ target }) => set({ format: target.value })}
      >
        <option value="clawbutler">{t('streams.formats.clawbutler')}</option>
        <option value="ocsf">{t('streams.formats.ocsf')}</option>
      </SelectField>
      <SelectField label={t('streams.type')} value={form.type} onChange={({ target }) => set({ type: target.value })}>
        <option value="">{t('audit.filter.anyType')}</option>
        {isAmong(areas, form.type) ? null : <option value={form.type}>{form.type}</option>}
        {areas.map((area) => (
          <option key={area} value={area}>
            {typeText(t, area)}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('streams.risk')} value={form.risk} onChange={({ target }) => set({ risk: target.value })}>
        <option value="">{t('audit.filter.anyRisk')}</option>
        {isAmong(Object.values(risks), form.risk) ? null : <option value={form.risk}>{form.risk}</option>}
        <option value={risks.medium}>{t('audit.filter.riskFrom', { risk: t('risk.medium') })}</option>
        <option value={risks.high}>{t('audit.filter.riskFrom', { risk: t('risk.high') })}</option>
      </SelectField>
    </>
  )
}
