import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import { iso } from '../../platform/time.ts'
import type { HealthChange, HealthQuery } from './contract.ts'
import { stateBy } from './rules.ts'
import type { HealthChangeRow } from './schema.ts'
import { listChanges } from './store.ts'

const Beyond = z.object({ at: z.number(), id: z.string() })

/** A connector's own changes of health, the newest first. */
export const connectorHistory = async (ctx: OrganizationContext, connectorId: string, query: HealthQuery) => {
  const { limit } = query
  const rows = await listChanges(ctx, { connectorId, agentId: null }, fromCursor(Beyond, query.cursor), limit + 1)
  return since(query, pageOf(rows.map(viewOf), limit, keyOf))
}

/**
 * An agent's changes of health together with its connector's, the newest first: each says how the agent was from then
 * on. They are kept apart, so that a connector with thousands of agents writes one line.
 */
export const agentHistory = async (
  ctx: OrganizationContext,
  { connectorId, agentId }: { connectorId: string; agentId: string },
  query: HealthQuery,
) => {
  const { limit } = query
  const beyond = fromCursor(Beyond, query.cursor)
  const [own, theirs] = await Promise.all([
    listChanges(ctx, { connectorId, agentId }, beyond, limit + 1),
    listChanges(ctx, { connectorId, agentId: null }, beyond, limit + 1),
  ])
  return since(query, pageOf(mergeHistories(own, theirs).slice(0, limit + 1), limit, keyOf))
}

interface Seen {
  change: HealthChange
  key: z.infer<typeof Beyond>
}

/** Both histories as one, the newest first. What was before the first change of either is healthy. */
export const mergeHistories = (own: HealthChangeRow[], theirs: HealthChangeRow[]): Seen[] => {
  const rows = [...own, ...theirs].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const now: Record<'agent' | 'connector', HealthChangeRow | null> = { agent: null, connector: null }
  const seen = rows.map((row): Seen => {
    const of = row.agentId === null ? 'connector' : 'agent'
    now[of] = row
    const { agent, connector } = now
    const parts = connector?.state === 'offline' ? [connector] : [agent, connector]
    const causes = parts.flatMap((part) => part?.causes ?? [])
    return {
      key: { at: row.at, id: row.id },
      change: {
        at: iso(row.at),
        state: stateBy(causes.map(({ cause }) => cause)),
        causes,
        isFlapping: parts.some((part) => part?.isFlapping),
        of,
      },
    }
  })
  return seen.reverse()
}

const viewOf = (row: HealthChangeRow): Seen => ({
  key: { at: row.at, id: row.id },
  change: { at: iso(row.at), state: row.state, causes: row.causes, isFlapping: row.isFlapping, of: 'connector' },
})

const keyOf = ({ key }: Seen) => key

/** Ends the list with the change that was in force at `from`. */
const since = ({ from }: HealthQuery, page: { items: Seen[]; nextCursor: string | null }) => {
  const items = page.items.map(({ change }) => change)
  const last = from === undefined ? -1 : items.findIndex(({ at }) => at <= from)
  return last < 0 ? { items, nextCursor: page.nextCursor } : { items: items.slice(0, last + 1), nextCursor: null }
}
