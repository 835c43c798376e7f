import type { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { GatewayAgent } from '../connectors/link/contract.ts'
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

/**
 * Makes the registry say what the gateway says: new agents are discovered, changed ones changed, missing ones removed,
 * each with its event. Told twice, the second time changes nothing. Answers our ids by the gateway's.
 */
export const applyRoster = async (ctx: OrganizationContext, connectorId: string, roster: Told[]) => {
  const known = new Map((await agentsOfConnector(ctx, connectorId)).map((agent) => [agent.externalId, agent]))
  const now = ctx.now().getTime()
  const told = new Set(roster.map((agent) => agent.externalId))
  const ids = new Map<string, string>()
  for (const agent of roster)
    ids.set(agent.externalId, await applyAgent(ctx, connectorId, known.get(agent.externalId), agent))
  for (const agent of known.values()) {
    if (agent.state === 'removed' || told.has(agent.externalId)) continue
    await ctx.db.batch([
      removeAgentStatement(ctx, agent.id, now),
      auditStatement(
        ctx,
        'agent.removed',
        { externalId: agent.externalId },
        { target: agent.id, agentId: agent.id, connectorId, risk: 'medium' },
      ),
    ])
  }
  if (ids.size > 0) await agentsSeenStatement(ctx, [...ids.values()].slice(0, 90), now)
  await drainSoon(ctx, ctx.organizationId)
  return ids
}

const applyAgent = async (
  ctx: OrganizationContext,
  connectorId: string,
  known: AgentRow | undefined,
  told: Told,
): Promise<string> => {
  const now = ctx.now().getTime()
  const id = known?.id ?? ctx.newId('agt')
  const facts = { target: id, agentId: id, connectorId }
  if (!known) {
    const row = {
      id,
      organizationId: ctx.organizationId,
      connectorId,
      state: 'active' as const,
      firstSeenAt: now,
      lastSeenAt: now,
    }
    await ctx.db.batch([
      insertAgentStatement(ctx, { ...told, ...row }),
      auditStatement(ctx, 'agent.discovered', { externalId: told.externalId, name: told.name }, facts),
    ])
    return id
  }
  const fields = changedFields(known, told)
  if (known.state === 'removed') fields.push('state')
  if (fields.length > 0)
    await ctx.db.batch([
      updateAgentStatement(ctx, id, { ...told, state: 'active', lastSeenAt: now }),
      auditStatement(ctx, 'agent.changed', { fields }, facts),
    ])
  return id
}
