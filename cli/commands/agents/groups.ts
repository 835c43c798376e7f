import type { Command } from 'commander'
import {
  RegroupedAgents,
  type ResourceGroup,
  ResourceGroups,
} from '../../../worker/features/agents/resource-groups/contract.ts'
import { Session } from '../../api/session.ts'
import { print, printJson } from '../../output/output.ts'
import { counted } from '../counted.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'

const pathOf = (name: string): string => `/resource-groups/${encodeURIComponent(name)}`

/** A group is a name that agents carry: it is there as long as one does. */
export function registerAgentGroups(agents: Command): void {
  const groups = agents.command('groups').description('the resource groups that agents are in')
  withJson(groups.command('list').description('list them')).action(async (options: JsonOption) => {
    const { items } = await (await Session.open(process.env)).get('/resource-groups', ResourceGroups)
    const columns = {
      group: ({ name }: ResourceGroup) => name,
      agents: (group: ResourceGroup) => group.agents,
      disabled: (group: ResourceGroup) => group.disabled,
    }
    showList(
      options,
      items,
      columns,
      'No agent is in a group. Put one in: clawbutler agents update <id> --group <name>',
    )
  })

  withJson(
    groups.command('rename').description('give all agents of a group another one').argument('<name>').argument('<new>'),
  ).action(async (name: string, wanted: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    told(options, await session.write('PATCH', pathOf(name), RegroupedAgents, { name: wanted }))
  })

  withJson(groups.command('dissolve').description('take all agents out of a group').argument('<name>')).action(
    async (name: string, options: JsonOption) => {
      const session = await Session.open(process.env)
      told(options, await session.write('DELETE', pathOf(name), RegroupedAgents))
    },
  )
}

const told = (options: JsonOption, { agents }: { agents: number }): void => {
  if (options.json) printJson({ agents })
  else print(agents === 0 ? 'Nothing changed.' : `${counted(agents, 'agent')} changed.`)
}
