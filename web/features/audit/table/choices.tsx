import { type AuditEventType, auditEvents } from '../../../../worker/features/audit/contract.ts'
import { risks } from '../../../../worker/platform/contract.ts'
import type { T } from '../../../i18n/use-t.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Filter } from '../../../ui/field.tsx'

type AreaOf<Type> = Type extends `${infer Area}.${string}` ? Area : never
type Area = AreaOf<AuditEventType>

const isType = (name: string): name is AuditEventType => name in auditEvents
const types = Object.keys(auditEvents).filter(isType)
const areas = [...new Set(types.map((type) => type.slice(0, type.indexOf('.'))))]
const isArea = (name: string): name is Area => areas.includes(name)

/** Words for a filter of types: an area such as `approval.`, one type, or several as they stand. */
export const typeText = (t: T, value: string) => {
  const area = value.endsWith('.') ? value.slice(0, -1) : null
  return area !== null && isArea(area) ? t(`audit.area.${area}`) : value
}

/** Words for a filter of risks. */
export const riskText = (t: T, value: string) => {
  const chosen = value.split(',')
  const lowest = risks.find((risk) => chosen.includes(risk))
  const reachesTop = lowest !== undefined && risks.slice(risks.indexOf(lowest)).every((risk) => chosen.includes(risk))
  if (lowest === undefined) return value
  if (chosen.length === 1) return t(`risk.${lowest}`)
  if (reachesTop) return t('audit.filter.riskFrom', { risk: t(`risk.${lowest}`) })
  return risks.flatMap((risk) => (chosen.includes(risk) ? t(`risk.${risk}`) : [])).join(t('state.comma'))
}

const riskChoices = ['critical', 'high,critical', 'medium,high,critical', 'low']

export function RiskChoice({ value, choose }: { value: string; choose: (value: string) => void }) {
  const t = useT()
  const offered = value === '' || riskChoices.includes(value) ? riskChoices : [...riskChoices, value]
  return (
    <Filter
      label={t('audit.filter.risk')}
      style={{ maxWidth: 112 }}
      value={value}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{t('audit.filter.anyRisk')}</option>
      {offered.map((one) => (
        <option key={one} value={one}>
          {riskText(t, one)}
        </option>
      ))}
    </Filter>
  )
}

/** Every area with its types: an area as a whole, or one kind of event by its own name. */
export function TypeChoice({ value, choose }: { value: string; choose: (value: string) => void }) {
  const t = useT()
  const isOther = value !== '' && !isType(value) && !isArea(value.slice(0, -1))
  return (
    <Filter
      label={t('audit.filter.type')}
      style={{ maxWidth: 130 }}
      value={value}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{t('audit.filter.anyType')}</option>
      {isOther ? <option value={value}>{value}</option> : null}
      {areas.filter(isArea).map((area) => (
        <optgroup key={area} label={t(`audit.area.${area}`)}>
          <option value={`${area}.`}>{t('audit.filter.wholeArea', { area: t(`audit.area.${area}`) })}</option>
          {types
            .filter((type) => type.startsWith(`${area}.`))
            .map((type) => (
              <option key={type} value={type}>
                {type}
              </option>
            ))}
        </optgroup>
      ))}
    </Filter>
  )
}
