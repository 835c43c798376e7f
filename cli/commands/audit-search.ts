import { type Command, Option } from 'commander'
import { AuditEntry, EventCount } from '../../worker/features/audit/contract.ts'
import { type SavedQuery, SavedSearches } from '../../worker/features/audit/searches/contract.ts'
import { Session } from '../api/session.ts'
import { Failure, usage } from '../output/failure.ts'
import { note } from '../output/output.ts'
import { type FilterOptions, filterOf, moment, withFilter } from './audit-filter.ts'
import { type JsonOption, showList, withJson } from './json-option.ts'
import { count, defaultCount, listUpTo } from './pages.ts'

type SearchOptions = JsonOption &
  FilterOptions & { saved?: string; from?: string; to?: string; order?: string; limit?: number }

const columns = {
  seq: (entry: AuditEntry) => entry.seq,
  at: (entry: AuditEntry) => entry.at,
  risk: (entry: AuditEntry) => entry.risk,
  type: (entry: AuditEntry) => entry.type,
  actor: (entry: AuditEntry) => `${entry.actor.kind} ${entry.actor.id}`,
  what: (entry: AuditEntry) => JSON.stringify(entry.payload).slice(0, 120),
}

export function registerAuditSearch(audit: Command): void {
  const command = audit
    .command('search')
    .alias('list')
    .description('search the audit sequence, newest first')
    .argument('[words...]', 'all of these; "in quotes" they stand together; the last may be a beginning')
  withJson(
    withFilter(command)
      .option('--saved <name>', 'a saved search, yours before a shared one; what else is given narrows or replaces it')
      .option('--from <time>', 'ISO 8601, or how long ago: 90s, 2h, 7d', moment)
      .option('--to <time>', 'the same; the moment itself no longer belongs to it', moment)
      .addOption(new Option('--order <order>').choices(['newest', 'oldest']))
      .option('--limit <count>', `how many; ${defaultCount} when left out`, count),
  ).action(search)
}

async function search(words: string[], options: SearchOptions): Promise<void> {
  const { from, to, limit = defaultCount } = options
  if (from && to && Date.parse(from) >= Date.parse(to)) throw usage('The range ends before it begins: --from, --to.')
  const session = await Session.open(process.env)
  const saved: SavedQuery = options.saved === undefined ? {} : await savedQuery(session, options.saved)
  const { order = saved.order, ...given } = {
    ...filterOf(options),
    keyword: words.join(' ') || undefined,
    from,
    to,
    order: options.order,
  }
  const { order: _, ...kept } = saved
  const filter = { ...kept, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
  const items = await listUpTo(session, '/audit/events', AuditEntry, { ...filter, order }, limit)
  showList(options, items, columns, 'No such event.')
  if (options.json || items.length < limit) return
  const all = await session.get('/audit/events/count', EventCount, filter)
  if (all.count > items.length)
    note(`${items.length} of ${all.isExact ? '' : 'about '}${all.count} events; --limit shows more.`)
}

/** By its id or its name: one's own before what others share. */
async function savedQuery(session: Session, name: string): Promise<SavedQuery> {
  const { items } = await session.get('/audit/searches', SavedSearches)
  const named = items.filter((saved) => saved.id === name || saved.name === name)
  const [found, another] = named.some(({ isOwn }) => isOwn) ? named.filter(({ isOwn }) => isOwn) : named
  if (!found) throw new Failure(`There is no saved search ${JSON.stringify(name)}.`)
  if (another) throw usage(`Several searches are shared by this name: ${named.map(({ id }) => id).join(', ')}.`)
  return found.query
}
