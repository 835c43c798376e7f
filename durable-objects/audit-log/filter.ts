import type { AuditEntry, EventFilter } from '../../worker/features/audit/contract.ts'
import { risks } from '../../worker/platform/contract.ts'

/** The filter as SQL conditions, with their values in order. */
export const whereOf = (filter: EventFilter): { conditions: string[]; values: (string | number)[] } => {
  const conditions: string[] = []
  const values: (string | number)[] = []
  const add = (condition: string, ...given: (string | number)[]) => {
    conditions.push(condition)
    values.push(...given)
  }
  if (filter.agentId) add('agent_id = ?', filter.agentId)
  if (filter.connectorId) add('connector_id = ?', filter.connectorId)
  if (filter.traceId) add('trace_id = ?', filter.traceId)
  if (filter.actorId) add('actor_id = ?', filter.actorId)
  if (filter.target) add('target = ?', filter.target)
  if (filter.from) add('at >= ?', Date.parse(filter.from))
  if (filter.to) add('at < ?', Date.parse(filter.to))
  if (filter.risk) {
    const levels = filter.risk.split(',').map((risk) => risks.findIndex((known) => known === risk))
    add(`risk IN (${levels.map(() => '?').join()})`, ...levels)
  }
  if (filter.type) {
    const types = typesOf(filter.type)
    add(
      `(${types.map((type) => (type.endsWith('.') ? 'substr(type, 1, ?) = ?' : 'type = ?')).join(' OR ')})`,
      ...types.flatMap((type) => (type.endsWith('.') ? [type.length, type] : [type])),
    )
  }
  return { conditions, values }
}

/** The same decision about one entry, for those who listen live. */
export const matches = (filter: EventFilter, entry: AuditEntry): boolean =>
  (!filter.agentId || entry.agentId === filter.agentId) &&
  (!filter.connectorId || entry.connectorId === filter.connectorId) &&
  (!filter.traceId || entry.traceId === filter.traceId) &&
  (!filter.actorId || entry.actor.id === filter.actorId) &&
  (!filter.target || entry.target === filter.target) &&
  (!filter.from || Date.parse(entry.at) >= Date.parse(filter.from)) &&
  (!filter.to || Date.parse(entry.at) < Date.parse(filter.to)) &&
  (!filter.risk || filter.risk.split(',').includes(entry.risk)) &&
  (!filter.type ||
    typesOf(filter.type).some((type) => (type.endsWith('.') ? entry.type.startsWith(type) : entry.type === type)))

const typesOf = (types: string): string[] => types.split(',')
