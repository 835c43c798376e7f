import { useQuery } from '@tanstack/react-query'
import { Search, SlidersHorizontal } from 'lucide-react'
import { type RefObject, useEffect, useId, useRef, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Filter } from '../../../ui/field.tsx'
import { AgentSelect } from '../../agents/agent-select.tsx'
import { connectorsQuery } from '../../connectors/queries.ts'
import { membersQuery, type Names } from '../names.ts'
import { Chips } from './chips.tsx'
import { RiskChoice, TypeChoice } from './choices.tsx'
import { type AuditSearch, filterNames, isFiltered } from './filter.ts'
import { useFilters } from './use-filters.ts'

const debounceMs = 250

/** Words, the filters, the range and the order; below them what is filtered by, each with what takes it away. */
export function Filters(props: { search: AuditSearch; keyword: RefObject<HTMLInputElement | null>; names: Names }) {
  const t = useT()
  const id = useId()
  const { search } = props
  const [open, setOpen] = useState(false)
  const count = filterNames.filter((name) => name !== 'q' && search[name]).length
  return (
    <search className="block shrink-0 border-b border-line px-4 pb-2.5" aria-label={t('audit.filter.label')}>
      <div className="flex flex-wrap items-center gap-2 md:gap-1.5">
        <Keyword value={search.q ?? ''} field={props.keyword} />
        <button
          type="button"
          className="btn md:hidden"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <SlidersHorizontal size={15} aria-hidden />
          {count > 0 ? t('audit.filter.some', { count }) : t('audit.filter.open')}
        </button>
        <div
          id={id}
          className={`flex-wrap items-center gap-2 max-md:basis-full md:contents ${open ? 'flex' : 'max-md:hidden'}`}
        >
          <Choices search={search} />
        </div>
      </div>
      {isFiltered(search) ? <Chips search={search} names={props.names} /> : null}
    </search>
  )
}

function Choices({ search }: { search: AuditSearch }) {
  const t = useT()
  const { choose } = useFilters()
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const members = useQuery(membersQuery).data?.items ?? []
  const days =
    'h-8 rounded-md border border-field bg-surface px-1.5 text-xs text-ink max-md:h-11 max-md:flex-1 max-md:text-sm'
  return (
    <>
      <AgentSelect
        label={t('audit.filter.agent')}
        none={t('audit.filter.anyAgent')}
        value={search.agent ?? ''}
        choose={(agent) => choose({ agent })}
      />
      <Filter
        label={t('audit.filter.connector')}
        value={search.connector ?? ''}
        onChange={(event) => choose({ connector: event.target.value })}
      >
        <option value="">{t('audit.filter.anyConnector')}</option>
        {connectors.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        <Other value={search.connector} known={connectors} />
      </Filter>
      <TypeChoice value={search.type ?? ''} choose={(type) => choose({ type })} />
      <RiskChoice value={search.risk ?? ''} choose={(risk) => choose({ risk })} />
      <Filter
        label={t('audit.filter.actor')}
        value={search.actor ?? ''}
        onChange={(event) => choose({ actor: event.target.value })}
      >
        <option value="">{t('audit.filter.anyActor')}</option>
        {members.map(({ userId, name }) => (
          <option key={userId} value={userId}>
            {name}
          </option>
        ))}
        <Other value={search.actor} known={members.map(({ userId }) => ({ id: userId }))} />
      </Filter>
      <span className="flex items-center gap-1.5 max-md:basis-full">
        <input
          type="date"
          aria-label={t('audit.filter.from')}
          className={days}
          value={search.from?.slice(0, 10) ?? ''}
          onChange={(event) => choose({ from: event.target.value })}
        />
        <span aria-hidden className="text-ink-3">
          –
        </span>
        <input
          type="date"
          aria-label={t('audit.filter.to')}
          className={days}
          value={search.to?.slice(0, 10) ?? ''}
          onChange={(event) => choose({ to: event.target.value })}
        />
      </span>
      <Filter
        label={t('audit.filter.order')}
        value={search.order === 'oldest' ? 'oldest' : ''}
        onChange={(event) => choose({ order: event.target.value })}
      >
        <option value="">{t('audit.filter.newest')}</option>
        <option value="oldest">{t('audit.filter.oldest')}</option>
      </Filter>
    </>
  )
}

/** What the address names and no list has: a removed agent, an API key. It is shown by its id. */
const Other = ({ value, known }: { value: string | undefined; known: readonly { id: string }[] }) =>
  value && !known.some(({ id }) => id === value) ? <option value={value}>{value}</option> : null

/** Text that searches once the typing pauses; what comes from the address is shown at once. */
function Keyword({ value, field }: { value: string; field: RefObject<HTMLInputElement | null> }) {
  const t = useT()
  const { choose } = useFilters()
  const [typed, setTyped] = useState(value)
  const told = useRef(value)
  useEffect(() => {
    if (told.current === value) return
    told.current = value
    setTyped(value)
  }, [value])
  useEffect(() => {
    const words = typed.trim()
    if (words === told.current) return
    const timer = setTimeout(() => {
      told.current = words
      choose({ q: words })
    }, debounceMs)
    return () => clearTimeout(timer)
  }, [typed, choose])
  return (
    <div className="relative min-w-40 max-md:flex-1 md:w-44">
      <Search
        size={14}
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3"
      />
      <input
        ref={field}
        type="search"
        aria-label={t('audit.filter.q')}
        placeholder={t('audit.filter.keyword')}
        aria-keyshortcuts="/"
        className="field h-8 pl-8 text-xs max-md:h-11"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
    </div>
  )
}
