import type { Command } from 'commander'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import { plain, print, printJson } from '../../output/output.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { pathOf } from './path.ts'

/** Commander makes false of an option that was given as `--no-…`; one that was not given is not there. */
type Text = string | false
type Update = JsonOption & { name?: Text; owner?: Text; group?: Text; tag?: string[] | false }

const said = (value: Text | undefined): string | null | undefined => (value === false ? null : value)
const collect = (tag: string, before: string[] | false | undefined): string[] => [...(before || []), tag]

/** What people say of an agent: the gateway knows none of it. */
export function registerAgentDescription(agents: Command): void {
  withJson(
    agents
      .command('update')
      .description('change what people say of an agent; what is not named stays')
      .argument('<id>')
      .option('--name <name>', 'its display name')
      .option('--no-name', "shown by its gateway's name again")
      .option('--owner <id>', 'the member whose it is')
      .option('--no-owner', 'nobody’s')
      .option('--group <name>', 'its resource group')
      .option('--no-group', 'in none')
      .option('--tag <tag>', 'all its tags from now on; may be said more than once', collect)
      .option('--no-tag', 'without tags'),
  ).action(async (id: string, { name, owner, group, tag, json }: Update) => {
    const wanted = {
      displayName: said(name),
      ownerId: said(owner),
      resourceGroup: said(group),
      tags: tag === false ? [] : tag,
    }
    const body = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
    if (Object.keys(body).length === 0) throw usage('Say what to change, such as --name, --owner, --group or --tag.')
    const session = await Session.open(process.env)
    const { version } = await session.get(pathOf(id), Agent)
    const agent = await session.write('PATCH', pathOf(id), Agent, body, { headers: { 'if-match': `"${version}"` } })
    if (json) printJson(agent)
    else print(plain(`${agent.displayName ?? agent.name} is changed.`))
  })
}
