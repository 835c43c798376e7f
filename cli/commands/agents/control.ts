import type { Command } from 'commander'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure } from '../../output/failure.ts'
import { plain, print, printJson } from '../../output/output.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { pathOf, slow } from './path.ts'

export function registerAgentControl(agents: Command): void {
  withJson(
    agents
      .command('disable')
      .description('take an agent out of service: its tools are denied and its heartbeat stops')
      .argument('<id>')
      .option('--reason <text>', 'why; it is kept with the order'),
  ).action(async (id: string, { reason, ...options }: JsonOption & { reason?: string }) => {
    const session = await Session.open(process.env)
    const agent = await session.post(`${pathOf(id)}/disable`, Agent, reason === undefined ? {} : { reason }, slow)
    show(options, agent, 'disabled')
  })

  withJson(
    agents
      .command('enable')
      .description('put back what disabling had replaced')
      .argument('<id>')
      .option('--leave', 'leave the gateway as it is and only end the order'),
  ).action(async (id: string, { leave, ...options }: JsonOption & { leave?: boolean }) => {
    const session = await Session.open(process.env)
    const agent = await session.post(`${pathOf(id)}/enable`, Agent, { leaveConfiguration: leave === true }, slow)
    show(options, agent, 'enabled')
  })
}

function show(options: JsonOption, agent: Agent, wanted: Agent['control']): void {
  if (options.json) printJson(agent)
  else print(plain(`${agent.displayName ?? agent.name} is ${agent.control}.`))
  if (agent.control !== wanted) throw new Failure('The gateway has not answered yet; look at the changes of the agent.')
}
