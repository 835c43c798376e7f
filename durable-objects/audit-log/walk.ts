import { z } from 'zod'
import { hex } from '../../tlog/note.ts'
import type { AuditEntry, EventFilter } from '../../worker/features/audit/contract.ts'
import { iso } from '../../worker/platform/time.ts'
import { LeafFacts } from './archive/leaf-facts.ts'
import { matches } from './filter.ts'
import { leafHash } from './leaf.ts'
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
  const found = events.map(entryOf).filter((entry) => matches(filter, entry))
  const entries = found.slice(0, limit)
  const through = found.length > limit ? (entries.at(-1)?.seq ?? after) : last.seq
  return { entries, through, more: true }
}

const Payload = z.record(z.string(), z.unknown())

/** The leaf says all of an event but its payload. */
const entryOf = ({ leaf, hash, payload }: ProvenEvent): AuditEntry => {
  const { seq, id, type, at, ts, actor, agent, connector, target, risk, trace } = LeafFacts.parse(JSON.parse(leaf))
  return {
    seq,
    id,
    type,
    at: iso(at),
    recordedAt: iso(ts),
    actor,
    agentId: agent,
    connectorId: connector,
    target,
    risk,
    traceId: trace,
    payload: Payload.parse(JSON.parse(payload ?? '{}')),
    ...(payload === null && { isErased: true as const }),
    leafHash: hash,
  }
}
