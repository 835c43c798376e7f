import type { Command } from 'commander'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { RegisteredAgent, RemovedAgent } from '../../../worker/features/agents/registry/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure } from '../../output/failure.ts'
import { plain, print, printJson } from '../../output/output.ts'
import { answerOf } from '../confirm.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { pathOf, slow } from './path.ts'

type Create = JsonOption & { connector: string; id?: string; model?: string; workspace?: string }
type Delete = JsonOption & { confirm?: string }

export function registerAgentRegistry(agents: Command): void {
  withJson(
    agents
      .command('create')
      .alias('register')
      .description('make an agent at a gateway')
      .argument('<name>', 'what people call it')
      .requiredOption('--connector <id>', 'the connector of the gateway')
      .option('--id <id>', "the gateway's id of it; made of the name by default")
      .option('--model <model>', 'such as openai/gpt-5; the gateway’s default without it')
      .option('--workspace <folder>', 'on the machine of the gateway; its default without it'),
  ).action(async (name: string, { connector, id, model, workspace, json }: Create) => {
    const session = await Session.open(process.env)
    const wanted = { connectorId: connector, name, externalId: id, model, workspace }
    const { change, agent } = await session.post('/agents', RegisteredAgent, wanted, slow)
    if (json) printJson({ change, agent })
    else if (agent) print(plain(`${agent.name} is at ${agent.connectorName}: ${agent.id}`))
    if (agent) return
    throw new Failure(
      change.state === 'confirmed'
        ? `Created, but its gateway does not list it yet: it appears as ${change.agentId}.`
        : `The gateway has not answered yet: change ${change.id}.`,
    )
  })

  withJson(
    agents
      .command('delete')
      .description('take an agent out of its gateway, or forget one that the gateway has no more; its files stay')
      .argument('<id>')
      .option('--confirm <name>', 'its name, instead of typing it'),
  ).action(async (id: string, { confirm, json }: Delete) => {
    const session = await Session.open(process.env)
    const before = await session.get(pathOf(id), Agent)
    const name = before.displayName ?? before.name
    const typed =
      confirm ?? (await answerOf(`Type the name of the agent to remove it (${plain(name)}): `, '--confirm NAME'))
    const { change, agent } = await session.write('DELETE', pathOf(id), RemovedAgent, { name: typed }, slow)
    if (json) printJson({ change, agent })
    if (agent?.state === 'active')
      throw new Failure(
        change?.state === 'confirmed'
          ? 'Deleted, but its gateway still lists it.'
          : `The gateway has not answered yet: change ${change?.id}.`,
      )
    if (!json)
      print(plain(agent ? `${name} is out of its gateway; its files stay there.` : `${name} is forgotten here.`))
  })
}
