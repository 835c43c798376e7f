import type { Command } from 'commander'
import { Agent, AgentSync, AgentTest } from '../../../worker/features/agents/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure } from '../../output/failure.ts'
import { plain, print, printJson, table } from '../../output/output.ts'
import { registerHealth } from '../health.ts'
import { type JsonOption, showList, showOne, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { registerAgentConfig } from './config.ts'
import { registerAgentControl } from './control.ts'
import { registerAgentDescription } from './describe.ts'
import { registerAgentEffective } from './effective.ts'
import { registerAgentFiles } from './files.ts'
import { registerAgentGroups } from './groups.ts'
import { registerAgentLive } from './live.ts'
import { pathOf, slow } from './path.ts'
import { registerAgentRegistry } from './registry.ts'

type ListOptions = JsonOption & {
  ids?: string
  connector?: string
  state?: string
  health?: string
  control?: string
  query?: string
  tag?: string
  owner?: string
  group?: string
  sort?: string
  limit?: number
}

export function registerAgents(program: Command): void {
  const agents = program.command('agents').description('the agents of all connectors')
  withJson(
    agents
      .command('list')
      .description('list agents')
      .option('--ids <ids>', 'only these, with commas')
      .option('--connector <id>', 'only of this connector')
      .option('--state <state>', 'active or removed')
      .option('--health <state>', 'healthy, degraded or offline')
      .option('--control <state>', 'enabled, disabled or stopped')
      .option('--query <text>', 'part of the name')
      .option('--tag <tag>', 'only with this tag')
      .option('--owner <id>', 'only of this member')
      .option('--group <name>', 'only of this resource group')
      .option('--sort <order>', 'newest, name or last_active')
      .option('--limit <count>', 'how many', count),
  ).action(listAgents)

  withJson(agents.command('get').alias('show').description('show one agent').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const agent = await (await Session.open(process.env)).get(pathOf(id), Agent)
      const { owner, tags, healthCauses, stop, ...facts } = agent
      if (options.json) printJson(agent)
      else
        showOne(options, agent, {
          ...facts,
          healthCauses: healthCauses.join(', '),
          stop: stop && `${stop.state} by ${stop.orderId}`,
          owner: owner && (owner.name ?? owner.id),
          tags: tags.join(', '),
        })
    },
  )

  registerHealth(agents, '/agents')
  registerAgentLive(agents)
  registerAgentEffective(agents)
  registerAgentConfig(agents)
  registerAgentFiles(agents)
  registerAgentControl(agents)
  registerAgentRegistry(agents)
  registerAgentDescription(agents)
  registerAgentGroups(agents)

  withJson(
    agents.command('sync').description('ask the gateway everything about an agent anew').argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const synced = await (await Session.open(process.env)).post(`${pathOf(id)}/sync`, AgentSync, undefined, slow)
    if (options.json) printJson(synced)
    else print(table(synced.parts, { part: ({ part }) => part, outcome: ({ ok, detail }) => (ok ? 'ok' : detail) }))
    if (synced.parts.some(({ ok }) => !ok)) throw new Failure('The gateway did not answer everything.')
  })

  withJson(agents.command('test').description('walk to an agent step by step').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const tested = await (await Session.open(process.env)).post(`${pathOf(id)}/test`, AgentTest, undefined, slow)
      if (options.json) printJson(tested)
      else
        for (const { name, outcome, durationMs, detail } of tested.steps)
          print(plain(`${outcome.padEnd(4)}  ${name.padEnd(13)}  ${Math.round(durationMs)} ms  ${detail}`))
      if (!tested.ok) throw new Failure('The agent cannot be reached.')
    },
  )
}

async function listAgents({
  connector,
  state,
  health,
  control,
  query,
  tag,
  owner,
  group,
  sort,
  limit,
  ...options
}: ListOptions) {
  const session = await Session.open(process.env)
  const filter = {
    connectorId: connector,
    state,
    health,
    control,
    query,
    tag,
    ownerId: owner,
    resourceGroup: group,
    sort,
  }
  const items = await listUpTo(session, '/agents', Agent, filter, limit)
  const columns = {
    id: (agent: Agent) => agent.id,
    name: (agent: Agent) => agent.displayName ?? agent.name,
    connector: (agent: Agent) => agent.connectorName,
    model: (agent: Agent) => agent.model,
    state: stateOf,
    activity: (agent: Agent) => agent.activity,
    health: (agent: Agent) => [agent.health, ...agent.healthCauses].join(' '),
    approvals: (agent: Agent) => agent.pendingApprovals,
    tags: (agent: Agent) => agent.tags.join(','),
    'last active': (agent: Agent) => agent.lastActiveAt,
  }
  showList(options, items, columns, 'No agents yet. Connect a gateway: clawbutler connect')
}

/** Stopped is who was found so at the gateway; before that it is told how far its order has come. */
const stateOf = ({ control, state, stop }: Agent): string => {
  if (control === 'enabled') return state
  return stop && stop.state !== 'stopped' ? `stop ${stop.state}` : control
}
