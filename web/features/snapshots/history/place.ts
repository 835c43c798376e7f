import { ChangeCategory, SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import type { End } from '../queries.ts'
import type { Wanted } from '../rollback/queries.ts'

/** What of the history is open, as it stands in the address. */
export interface HistorySearch {
  scope?: string
  from?: string
  to?: string
  version?: string
  at?: string
  rollback?: string
  parts?: string
}

/** newest: nothing was chosen, so the newest version is shown where there is room for it beside the list. */
export type View =
  | { kind: 'newest' }
  | { kind: 'compare'; from: End; to: End }
  | { kind: 'version'; version: number }
  | { kind: 'moment'; at: string }

export const scopeOf = ({ scope }: HistorySearch): SnapshotScope => SnapshotScope.catch('agent_config').parse(scope)

/** What an address asks for; what it asks for in words that mean nothing is as if it had not asked. */
export const viewOf = ({ from, to, version, at }: HistorySearch): View => {
  if (at !== undefined && !Number.isNaN(Date.parse(at))) return { kind: 'moment', at: new Date(at).toISOString() }
  const [left, right] = [endOf(from), endOf(to)]
  if (left !== null && right !== null) return { kind: 'compare', from: left, to: right }
  const one = numberOf(version)
  return one === null ? { kind: 'newest' } : { kind: 'version', version: one }
}

/** What the open dialog would put back, and the categories when it is not all of them. */
export const rollbackOf = (search: HistorySearch): Wanted | null => {
  const version = numberOf(search.rollback)
  if (version === null) return null
  const categories = (search.parts ?? '').split(',').flatMap((part) => {
    const known = ChangeCategory.safeParse(part)
    return known.success ? [known.data] : []
  })
  return { scope: scopeOf(search), version, categories }
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null

const endOf = (text: string | undefined): End | null => (text === 'live' ? 'live' : numberOf(text))

/** What an address says of a scope: nothing for the one that is shown when none is named. */
export const scopeSearch = (scope: SnapshotScope): HistorySearch => (scope === 'agent_config' ? {} : { scope })

/** What an agent depends on, and what it shares with others, belongs to its gateway, and is not put back from here. */
export const mayRestore = (scope: SnapshotScope): boolean => scope !== 'dependency_meta' && scope !== 'gateway_config'
