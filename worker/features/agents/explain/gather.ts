import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { newestTools } from '../../snapshots/versions/index.ts'
import { gatewayConfig } from '../config/get.ts'
import { askGateway } from '../live/ask.ts'
import type { Freshness } from '../live/contract.ts'
import type { DescribedAgent } from '../store.ts'
import type { EffectiveOf } from './api/contract.ts'
import { type Facts, type KnownTool, mergeInventories, readInventory, shippedTools } from './facts.ts'
import { type Situation, situationOf } from './situation.ts'
import { inheritedFrom, parentsOf } from './spawned.ts'

export interface Gathered {
  facts: Facts
  situation: Situation
  /** Of a sub-agent: the conversations above it, the nearest first. */
  parents: string[]
  freshness: Freshness
}

/**
 * Asks an agent's gateway what the explainer needs. Without the configuration there is nothing to explain, so that throws
 * as `askGateway` does; whatever else the gateway does not answer is explained as not known, but for the tools of plugins,
 * which the newest version names. A conversation that the
 * gateway has not seen yet, or that is looked at with another model than it has, has no list of tools to compare with;
 * what the main one is offered can be built all the same.
 */
export const gatherFacts = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  asked: EffectiveOf,
): Promise<Gathered> => {
  const { config, freshness } = await gatewayConfig(ctx, agent)
  const main = situationOf(config.completed, agent.externalId)
  const given = situationIn(config.completed, agent.externalId, asked)
  const { sessionKey } = given
  const question = { agent: agent.externalId }
  const toolsOf = (sessionKey: string) =>
    orNothing(() => askGateway(ctx, agent, { question: 'tools.effective', ...question, sessionKey }))
  const isMain = sessionKey === main.sessionKey
  const conversationsOf = async (agentId: string) =>
    (await orNothing(() => askGateway(ctx, agent, { question: 'sessions', agent: agentId, limit: 200 })))?.answer
      .sessions ?? null
  const [catalog, inMain, here, skills, models, auth, parents] = await Promise.all([
    orNothing(() => askGateway(ctx, agent, { question: 'tools.catalog', ...question })),
    toolsOf(main.sessionKey),
    isMain ? null : toolsOf(sessionKey),
    orNothing(() => askGateway(ctx, agent, { question: 'skills', ...question })),
    orNothing(() => askGateway(ctx, agent, { question: 'models', ...question })),
    orNothing(() => askGateway(ctx, agent, { question: 'models.auth', ...question })),
    parentsOf(sessionKey, main.sessionKey, Math.max(1, given.spawnDepth), conversationsOf),
  ])
  const [offeredInMain, offeredHere] = [inMain, isMain ? inMain : here].map(
    (told) => told && readInventory(told.answer.tools),
  )
  const known = catalog ? readInventory(catalog.answer.tools) : ((await newestTools(ctx, agent.id))?.tools ?? [])
  const isComparable = asked.model === undefined || asked.model === `${main.provider}/${main.model}`
  const facts: Facts = {
    ...{ config: config.source, completed: config.completed },
    catalog: mergeInventories(
      catalog && known.length > 0 ? known : shippedTools,
      known,
      offeredInMain ?? [],
      offeredHere ?? [],
    ),
    offered: offeredHere && isComparable ? namesOf(offeredHere) : null,
    ...{ built: namesOf([...(offeredInMain ?? []), ...(offeredHere ?? [])]), absent: new Set() },
    skills: skills?.answer.skills ?? null,
    models: models?.answer.models ?? null,
    auth: auth?.answer.isKnown ? auth.answer.providers : null,
  }
  return { facts, situation: parents.length === 0 ? given : asChild(facts, given, parents, asked), parents, freshness }
}

const situationIn = (config: unknown, agentId: string, asked: EffectiveOf): Situation => {
  const { sessionKey, model, sender, channel, spawnDepth } = asked
  const owner = { owner: true, other: false, unknown: null }[sender ?? 'owner']
  const slash = model?.indexOf('/') ?? -1
  return situationOf(config, agentId, {
    ...(sessionKey === undefined ? {} : { sessionKey }),
    ...(model === undefined ? {} : { provider: model.slice(0, slash), model: model.slice(slash + 1) }),
    ...(channel === undefined ? {} : { channel }),
    ...(spawnDepth === undefined ? {} : { spawnDepth }),
    sender: {
      owner,
      ...(asked.senderId === undefined ? {} : { id: asked.senderId }),
      ...(asked.senderPhone === undefined ? {} : { e164: asked.senderPhone }),
      ...(asked.senderUsername === undefined ? {} : { username: asked.senderUsername }),
      ...(asked.senderName === undefined ? {} : { name: asked.senderName }),
    },
  })
}

/** A spawned run acts for nobody who owns the gateway, unless somebody wants to see it as if. */
const asChild = (facts: Facts, given: Situation, parents: readonly string[], asked: EffectiveOf): Situation => ({
  ...given,
  spawnDepth: asked.spawnDepth ?? parents.length,
  inherited: inheritedFrom(facts, parents),
  sender: asked.sender === undefined ? { owner: false } : given.sender,
})

const namesOf = (tools: readonly KnownTool[]): Set<string> => new Set(tools.map(({ name }) => name))

/** What the gateway refuses or cannot say now is not known; a bug is one. */
const orNothing = async <T>(ask: () => Promise<T>): Promise<T | null> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
