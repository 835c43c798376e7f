import type { Command } from 'commander'
import { Me, MyCapabilities } from '../../worker/features/auth/contract.ts'
import { Session } from '../api/session.ts'
import { type JsonOption, showOne, withJson } from './json-option.ts'

export function registerWhoami(program: Command): void {
  withJson(program.command('whoami').description('who is signed in, and where')).action(async (options: JsonOption) => {
    const session = await Session.open(process.env)
    const me = await session.get('/me', Me)
    const organizations = me.organizations.map(({ name, role }) => `${name} (${role})`).join(', ')
    const { name, role } = me.organization
    showOne(options, me, { name: me.name, email: me.email, organization: name, role, organizations })
  })

  withJson(program.command('capabilities').description('what you may do')).action(async (options: JsonOption) => {
    const session = await Session.open(process.env)
    const mine = await session.get('/me/capabilities', MyCapabilities)
    const { organizationId, role, capabilities } = mine
    showOne(options, mine, { organization: organizationId, role, capabilities: capabilities.join(', ') })
  })
}
