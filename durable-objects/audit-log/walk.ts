import { hex } from '../../tlog/note.ts'
import type { AuditEntry, EventFilter } from '../../worker/features/audit/contract.ts'
import { matches } from './filter.ts'
import { leafHash } from './leaf.ts'
import { entryOf, factsOf } from './leaf-facts.ts'
import type { ProvenEvent, Walked } from './rpc.ts'

/** How many archived events are looked at in one step: a tile. */
export const archivedAtOnce = 256

/**
 * What of a row of archived events matches. Null when they are not to be had: there are none behind `after`, or what the
 * bucket has is not what was archived.
 */
export const walkArchived = (
  events: readonly ProvenEvent[],
  { filter, after, limit }: { filter: EventFilter; after: number; limit: number },
): Walked | null => {
  const last = events.at(-1)
  if (events[0]?.seq !== after + 1 || !last) return null
  if (events.some(({ leaf, hash }) => hex(leafHash(leaf)) !== hash)) return null
  const found = events.flatMap(entryOfProven).filter((entry) => matches(filter, entry))
  const entries = found.slice(0, limit)
  const through = found.length > limit ? (entries.at(-1)?.seq ?? after) : last.seq
  return { entries, through, more: true }
}

const entryOfProven = ({ leaf, hash, payload }: ProvenEvent): AuditEntry[] => {
  const facts = factsOf(leaf)
  return facts ? [entryOf(facts, payload, hash)] : []
}
