import type { Command } from 'commander'
import { z } from 'zod'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { Refused } from '../../api/request.ts'
import { Session } from '../../api/session.ts'
import { Failure } from '../../output/failure.ts'
import { plain, print, printJson } from '../../output/output.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { pathOf, slow } from './path.ts'

const Conflicts = z.array(z.string())

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
    const body = { leaveConfiguration: leave === true }
    const agent = await session.post(`${pathOf(id)}/enable`, Agent, body, slow).catch(withWayOut)
    show(options, agent, 'enabled')
  })
}

/** Who only reads that it is refused does not know that there is another way to end it. */
const withWayOut = (error: unknown): never => {
  if (!(error instanceof Refused) || error.code !== 'stale') throw error
  const { data: paths = [] } = Conflicts.safeParse(error.context.conflicts)
  const what = paths.length > 0 ? ` Changed: ${paths.join(', ')}.` : ''
  throw new Failure(plain(`${error.message}${what} To leave the gateway as it is: --leave.`), error.exitCode)
}

function show(options: JsonOption, agent: Agent, wanted: Agent['control']): void {
  if (options.json) printJson(agent)
  else print(plain(`${agent.displayName ?? agent.name} is ${agent.control}.`))
  if (agent.control !== wanted) throw new Failure('The gateway has not answered yet; look at the changes of the agent.')
}
