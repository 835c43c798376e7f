import type { AuditEntry, EventFilter } from '../../worker/features/audit/contract.ts'
import type { LeafFacts } from './leaf-facts.ts'

/** What a filter looks at. */
type Facts = Pick<LeafFacts, 'type' | 'at' | 'agent' | 'connector' | 'target' | 'risk' | 'trace'> & {
  actor: { id: string }
}

/** The decision about an event that a filter makes; every condition that is left out is met. */
export const matcherOf = (filter: EventFilter): ((facts: Facts) => boolean) => {
  const from = filter.from ? Date.parse(filter.from) : Number.NEGATIVE_INFINITY
  const to = filter.to ? Date.parse(filter.to) : Number.POSITIVE_INFINITY
  const risks = filter.risk?.split(',')
  const types = filter.type?.split(',')
  return ({ type, at, actor, agent, connector, target, risk, trace }) =>
    (!filter.agentId || agent === filter.agentId) &&
    (!filter.connectorId || connector === filter.connectorId) &&
    (!filter.traceId || trace === filter.traceId) &&
    (!filter.actorId || actor.id === filter.actorId) &&
    (!filter.target || target === filter.target) &&
    at >= from &&
    at < to &&
    (!risks || risks.includes(risk)) &&
    (!types || types.some((wanted) => (wanted.endsWith('.') ? type.startsWith(wanted) : type === wanted)))
}

/** The same about an entry, for those who listen live. */
export const matches = (filter: EventFilter, entry: AuditEntry): boolean =>
  matcherOf(filter)({
    ...entry,
    at: Date.parse(entry.at),
    agent: entry.agentId,
    connector: entry.connectorId,
    trace: entry.traceId,
  })
