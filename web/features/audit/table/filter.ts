import { SearchFilter } from '../../../../worker/features/audit/contract.ts'

/** What the address of the audit table may name; the rest of the filters' life is between these and the API's. */
export const filterNames = [
  'q',
  'agent',
  'connector',
  'type',
  'risk',
  'actor',
  'target',
  'trace',
  'from',
  'to',
] as const
export type FilterName = (typeof filterNames)[number]
export type AuditSearch = { [Name in FilterName | 'order']?: string }

const apiNames = {
  q: 'keyword',
  agent: 'agentId',
  connector: 'connectorId',
  type: 'type',
  risk: 'risk',
  actor: 'actorId',
  target: 'target',
  trace: 'traceId',
  from: 'from',
  to: 'to',
} as const satisfies Record<FilterName, keyof SearchFilter>

const two = (value: number) => String(value).padStart(2, '0')
/** The day that a moment falls on where the reader is, as a date field writes it. */
export const dayOf = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`

/** The first moment of a day where the reader is, or of the day after it; null for a day that no calendar has. */
const startOf = (day: string, after: 0 | 1): string | null => {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const start = new Date(year, month - 1, date)
  return dayOf(start) === day ? new Date(year, month - 1, date + after).toISOString() : null
}

const isDay = (value: string) => /^\d{4}-\d{2}-\d{2}$/.test(value)

/** A value as the API wants it. A range names whole days, of which the last belongs to it, or exact moments. */
const valueFor = (name: FilterName, value: string): string | null => {
  if (name === 'from' && isDay(value)) return startOf(value, 0)
  if (name === 'to' && isDay(value)) return startOf(value, 1)
  return value
}

/**
 * The filters that an address names, as the API takes them. What cannot be read is left out and named, and so is the
 * end of a range that lies before its beginning.
 */
export const filterOf = (search: AuditSearch): { filter: SearchFilter; unreadable: FilterName[] } => {
  const unreadable: FilterName[] = []
  const filter: SearchFilter = {}
  for (const name of filterNames) {
    const value = search[name]
    if (value === undefined || value === '') continue
    const parsed = SearchFilter.safeParse({ [apiNames[name]]: valueFor(name, value) })
    if (parsed.success) Object.assign(filter, parsed.data)
    else unreadable.push(name)
  }
  if (filter.from && filter.to && Date.parse(filter.from) >= Date.parse(filter.to)) {
    delete filter.to
    unreadable.push('to')
  }
  return { filter, unreadable }
}

/** A moment as an address writes it: as a day where it is one, seen from where the reader is; a range ends with its last day. */
const momentText = (name: 'from' | 'to', value: string): string => {
  const at = new Date(value)
  const day = dayOf(name === 'to' ? new Date(at.getFullYear(), at.getMonth(), at.getDate() - 1) : at)
  return startOf(day, name === 'to' ? 1 : 0) === at.toISOString() ? day : value
}

/** The address of a filter: what `filterOf` reads back as the same. */
export const addressOf = (filter: SearchFilter): AuditSearch =>
  Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = filter[apiNames[name]]
      if (value === undefined) return []
      return [[name, name === 'from' || name === 'to' ? momentText(name, value) : value]]
    }),
  )

export const orderOf = (search: AuditSearch): 'newest' | 'oldest' => (search.order === 'oldest' ? 'oldest' : 'newest')

/** Whether anything is filtered by; the order is no filter. */
export const isFiltered = (search: AuditSearch) => filterNames.some((name) => search[name])
