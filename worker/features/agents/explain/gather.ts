import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Skill } from '../../connectors/link/questions/contract.ts'
import { gatewayConfig } from '../config/get.ts'
import { askGateway } from '../live/ask.ts'
import type { Freshness } from '../live/contract.ts'
import type { DescribedAgent } from '../store.ts'
import { type Facts, type KnownTool, mergeInventories, readInventory } from './facts.ts'
import { coreTools } from './policy/catalog.ts'
import { type Situation, situationOf } from './situation.ts'

export interface Gathered {
  facts: Facts
  situation: Situation
  freshness: Freshness
}

/**
 * Asks an agent's gateway what the explainer needs. Without the configuration there is nothing to explain, so that throws
 * as `askGateway` does; whatever else the gateway does not answer is explained as not known. A conversation that the
 * gateway has not seen yet has no list of tools to compare with.
 */
export const gatherFacts = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  sessionKey: string | undefined,
): Promise<Gathered> => {
  const { config, freshness } = await gatewayConfig(ctx, agent)
  const given = sessionKey === undefined ? {} : { sessionKey }
  const situation = situationOf(config.completed, agent.externalId, given)
  const question = { agent: agent.externalId }
  const [catalog, effective, skills] = await Promise.all([
    orNothing(() => askGateway(ctx, agent, { question: 'tools.catalog', ...question })),
    orNothing(() =>
      askGateway(ctx, agent, { question: 'tools.effective', ...question, sessionKey: situation.sessionKey }),
    ),
    orNothing(() => askGateway(ctx, agent, { question: 'skills', ...question })),
  ])
  const offered = effective ? readInventory(effective.answer.tools) : null
  const known = catalog ? readInventory(catalog.answer.tools) : []
  const names = new Set((offered ?? []).map(({ name }) => name))
  const facts: Facts = {
    ...{ config: config.source, completed: config.completed },
    catalog: mergeInventories(known.length > 0 ? known : shipped, offered ?? []),
    ...{ offered: offered && names, built: names, absent: new Set() },
    skills: skills && { skills: skills.answer.skills.map(asTold) },
    auth: null,
  }
  return { facts, situation, freshness }
}

const shipped: KnownTool[] = [...coreTools].map((name) => ({
  ...{ name, source: 'core', pluginId: null },
  ...{ optional: false, profiles: [] },
}))

/** What the gateway refuses or cannot say now is not known; a bug is one. */
const orNothing = async <T>(ask: () => Promise<T>): Promise<T | null> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** In the gateway's own words, of which the connector passes on a part. */
const asTold = ({ name, description, source, requires, missing, ...skill }: Skill) => ({
  ...{ name, description, source, missing, requirements: requires },
  ...{ bundled: skill.isBundled, disabled: skill.isDisabled, eligible: skill.isEligible },
  blockedByAllowlist: skill.blockedBy === 'allowlist',
  blockedByAgentFilter: skill.blockedBy === 'agent_filter',
})
