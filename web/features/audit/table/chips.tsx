import { X } from 'lucide-react'
import type { T } from '../../../i18n/use-t.ts'
import { useT } from '../../../i18n/use-t.ts'
import type { Names } from '../names.ts'
import { riskText, typeText } from './choices.tsx'
import { type AuditSearch, type FilterName, filterNames } from './filter.ts'
import { useFilters } from './use-filters.ts'

const textOf = (t: T, names: Names, name: FilterName, value: string) => {
  switch (name) {
    case 'agent':
      return names.agent(value) ?? value
    case 'connector':
      return names.connector(value) ?? value
    case 'actor':
      return names.member(value) ?? names.connector(value) ?? value
    case 'target':
      return names.agent(value) ?? names.connector(value) ?? value
    case 'type':
      return typeText(t, value)
    case 'risk':
      return riskText(t, value)
    default:
      return value
  }
}

/** What is filtered by, each with the button that takes it away. */
export function Chips({ search, names }: { search: AuditSearch; names: Names }) {
  const t = useT()
  const { choose, clear } = useFilters()
  const given = filterNames.flatMap((name) => {
    const value = search[name]
    return value ? [{ name, text: textOf(t, names, name, value) }] : []
  })
  return (
    <ul aria-label={t('audit.filter.chosen')} className="mt-2 flex flex-wrap items-center gap-1.5">
      {given.map(({ name, text }) => (
        <li key={name}>
          <button
            type="button"
            onClick={() => choose({ [name]: '' })}
            className="flex h-6 max-w-72 items-center gap-1 rounded-sm border border-line-2 bg-surface pr-1 pl-2 text-2xs hover:bg-sunken max-md:h-11 max-md:max-w-full max-md:pr-2.5 max-md:pl-3 max-md:text-xs"
          >
            <span className="text-ink-2">{t(`audit.filter.${name}`)}</span>
            <span className="min-w-0 truncate">{text}</span>
            <X size={13} aria-hidden className="shrink-0 text-ink-2" />
            <span className="sr-only">{t('action.remove')}</span>
          </button>
        </li>
      ))}
      {given.length > 1 ? (
        <li>
          <button type="button" className="btn btn-quiet h-6 px-2 text-2xs" onClick={clear}>
            {t('audit.filter.clear')}
          </button>
        </li>
      ) : null}
    </ul>
  )
}
