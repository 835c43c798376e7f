import type { Command } from 'commander'
import { Agent } from '../../worker/features/agents/contract.ts'
import { Session } from '../api/session.ts'
import { type JsonOption, showList, showOne, withJson } from './json-option.ts'
import { count, listUpTo } from './pages.ts'

type ListOptions = JsonOption & { connector?: string; state?: string; query?: string; limit?: number }

export function registerAgents(program: Command): void {
  const agents = program.command('agents').description('the agents of all connectors')
  withJson(
    agents
      .command('list')
      .description('list agents')
      .option('--connector <id>', 'only of this connector')
      .option('--state <state>', 'active or removed')
      .option('--query <text>', 'part of the name')
      .option('--limit <count>', 'how many', count),
  ).action(async ({ connector, state, query, limit, ...options }: ListOptions) => {
    const session = await Session.open(process.env)
    const filter = { connectorId: connector, state, query }
    const items = await listUpTo(session, '/agents', Agent, filter, limit)
    const columns = {
      id: (agent: Agent) => agent.id,
      name: (agent: Agent) => agent.name,
      connector: (agent: Agent) => agent.connectorName,
      model: (agent: Agent) => agent.model,
      state: (agent: Agent) => agent.state,
      activity: (agent: Agent) => agent.activity,
      approvals: (agent: Agent) => agent.pendingApprovals,
      'last active': (agent: Agent) => agent.lastActiveAt,
    }
    showList(options, items, columns, 'No agents yet. Connect a gateway: clawbutler connect')
  })

  withJson(agents.command('show').description('show one agent').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const session = await Session.open(process.env)
      const agent = await session.get(`/agents/${encodeURIComponent(id)}`, Agent)
      showOne(options, agent, agent)
    },
  )
}
