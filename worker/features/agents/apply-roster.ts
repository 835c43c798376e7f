import type { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { commitAll, type Statement } from '../../platform/db.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { GatewayAgent } from '../connectors/link/events/contract.ts'
import { idsOfMadeAgents } from './changes/store.ts'
import { changedFields } from './rules.ts'
import type { AgentRow } from './schema.ts'
import {
  agentsOfConnector,
  agentsSeenStatement,
  insertAgentStatement,
  removeAgentStatement,
  updateAgentStatement,
} from './store.ts'

type Told = z.infer<typeof GatewayAgent>

/** Changes that commit together. Each keeps its own event, so a crash between two batches loses neither. */
const batchSize = 50

/**
 * Makes the registry say what the gateway says: new agents are discovered, changed ones changed, missing ones removed,
 * each with its event. Told twice, the second time changes nothing. Answers our ids by the gateway's.
 */
export const applyRoster = async (ctx: OrganizationContext, connectorId: string, roster: Told[]) => {
  const known = new Map((await agentsOfConnector(ctx, connectorId)).map((agent) => [agent.externalId, agent]))
  const told = new Map(roster.map((agent) => [agent.externalId, agent]))
  const isNew = [...told.keys()].some((externalId) => !known.has(externalId))
  const made = isNew ? await idsOfMadeAgents(ctx, connectorId) : null
  const ids = new Map<string, string>()
  const changes = [...told.values()].flatMap((agent) => {
    const before = known.get(agent.externalId)
    const id = before?.id ?? made?.get(agent.externalId) ?? ctx.newId('agt')
    ids.set(agent.externalId, id)
    return before ? changed(ctx, before, agent) : [discovered(ctx, connectorId, id, agent)]
  })
  for (const agent of known.values())
    if (agent.state === 'active' && !told.has(agent.externalId)) changes.push(removed(ctx, agent))
  for (let from = 0; from < changes.length; from += batchSize) {
    await commitAll(ctx.db, changes.slice(from, from + batchSize).flat())
  }
  await agentsSeenStatement(ctx, connectorId, ctx.now().getTime())
  if (changes.length > 0) await drainSoon(ctx, ctx.organizationId)
  return ids
}

const discovered = (ctx: OrganizationContext, connectorId: string, id: string, told: Told): Statement[] => {
  const { organizationId } = ctx
  const now = ctx.now().getTime()
  const row = { ...told, id, organizationId, connectorId, state: 'active' as const, firstSeenAt: now, lastSeenAt: now }
  return [
    insertAgentStatement(ctx, row),
    auditStatement(
      ctx,
      'agent.discovered',
      { externalId: told.externalId, name: told.name },
      { target: id, agentId: id, connectorId },
    ),
  ]
}

const changed = (ctx: OrganizationContext, known: AgentRow, told: Told): Statement[][] => {
  const { id, connectorId } = known
  const fields = changedFields(known, told)
  if (known.state === 'removed') fields.push('state')
  if (fields.length === 0) return []
  return [
    [
      updateAgentStatement(ctx, id, { ...told, state: 'active' }),
      auditStatement(ctx, 'agent.changed', { fields }, { target: id, agentId: id, connectorId }),
    ],
  ]
}

const removed = (ctx: OrganizationContext, { id, externalId, connectorId }: AgentRow): Statement[] => [
  removeAgentStatement(ctx, id, ctx.now().getTime()),
  auditStatement(ctx, 'agent.removed', { externalId }, { target: id, agentId: id, connectorId, risk: 'medium' }),
]
