import { Agent } from '../../../worker/features/agents/contract.ts'
import { Connector } from '../../../worker/features/connectors/contract.ts'
import type { KillScope } from '../../../worker/features/kill-switch/contract.ts'
import type { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import { listAll } from '../pages.ts'

/** `organization`, `group:NAME`, `connector:NAME or id`, or an agent by id or name. A name that many have is nobody's. */
export async function scopeOf(session: Session, what: string): Promise<KillScope> {
  if (what === 'organization') return { kind: 'organization' }
  if (what.startsWith('group:')) return { kind: 'group', group: what.slice('group:'.length) }
  if (what.startsWith('connector:')) {
    const name = what.slice('connector:'.length)
    const connectors = await listAll(session, '/connectors', Connector, {})
    return { kind: 'connector', connectorId: only(connectors, name, ({ id, name }) => [id, name]).id }
  }
  if (what.startsWith('agt_')) return { kind: 'agent', agentId: what }
  const agents = await listAll(session, '/agents', Agent, { query: what, state: 'active' })
  return { kind: 'agent', agentId: only(agents, what, (agent) => [agent.name, agent.displayName, agent.externalId]).id }
}

function only<T extends { id: string }>(all: readonly T[], name: string, namesOf: (each: T) => (string | null)[]): T {
  const found = all.filter((each) => namesOf(each).includes(name))
  const [first] = found
  if (!first) throw usage(`There is nothing called ${name}.`)
  if (found.length > 1)
    throw usage(`${found.length} are called ${name}; give the id: ${someOf(found.map(({ id }) => id))}`)
  return first
}

const named = 10
const someOf = (ids: readonly string[]): string =>
  ids.length > named ? `${ids.slice(0, named).join(', ')} …` : ids.join(', ')
