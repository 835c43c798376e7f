import type { Command } from 'commander'
import { Grant } from '../../worker/features/grants/contract.ts'
import { Session } from '../api/session.ts'
import { wordsOf } from './approvals/grant.ts'
import { type JsonOption, showList, showOne, withJson } from './json-option.ts'
import { count, listUpTo } from './pages.ts'

type ListOptions = JsonOption & { state?: string; agent?: string; connector?: string; limit?: number }

const linesOf = (grant: Grant) => ({
  id: grant.id,
  state: grant.state,
  allows: wordsOf(grant.pattern, grant.agentName),
  agent: grant.agentName,
  connector: grant.connectorName,
  'made by': grant.createdBy.name,
  'made at': grant.createdAt,
  expires: grant.expiresAt,
  uses: usesOf(grant),
  'last used': grant.lastUsedAt,
  gateway: grant.gateway,
  'revoked by': grant.revokedBy,
  reason: grant.revokeReason,
})

const usesOf = ({ uses, usesMax }: Grant): string => (usesMax === null ? String(uses) : `${uses} of ${usesMax}`)

export function registerGrants(program: Command): void {
  const grants = program.command('grants').description('what is always allowed, here and at gateways')
  withJson(
    grants
      .command('list')
      .description('list grants')
      .option('--state <state>', 'active or ended', 'active')
      .option('--agent <id>', 'only of this agent')
      .option('--connector <id>', 'only of this connector')
      .option('--limit <count>', 'how many', count),
  ).action(async ({ state, agent, connector, limit, ...options }: ListOptions) => {
    const session = await Session.open(process.env)
    const filter = { state, agentId: agent, connectorId: connector }
    const items = await listUpTo(session, '/approvals/grants', Grant, filter, limit)
    const columns = {
      id: (grant: Grant) => grant.id,
      agent: (grant: Grant) => grant.agentName,
      uses: usesOf,
      expires: (grant: Grant) => grant.expiresAt,
      gateway: (grant: Grant) => grant.gateway,
      allows: (grant: Grant) => wordsOf(grant.pattern, grant.agentName),
    }
    showList(options, items, columns, 'Nothing is always allowed.')
  })

  withJson(
    grants
      .command('revoke')
      .description('take a grant back; a gateway that remembers it is to forget it')
      .argument('<id>')
      .option('--reason <text>', 'why; it is kept with the grant'),
  ).action(async (id: string, { reason, ...options }: JsonOption & { reason?: string }) => {
    const session = await Session.open(process.env)
    const path = `/approvals/grants/${encodeURIComponent(id)}/revoke`
    const grant = await session.post(path, Grant, reason ? { reason } : {})
    showOne(options, grant, linesOf(grant))
  })
}
