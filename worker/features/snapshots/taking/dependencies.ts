import type { OrganizationContext } from '../../../platform/context.ts'
import { askGateway, type DescribedAgent } from '../../agents/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import { isTree, ownOf } from '../diff/trees.ts'

/**
 * What an agent depends on and its configuration does not hold: the models that it names, its skills and the plugins
 * whose tools it has, as its gateway tells them. Null when an answer was not complete. Throws as `askGateway` does.
 */
export const dependenciesOf = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  source: Tree,
): Promise<Tree | null> => {
  const how = { liveOnly: true, isKept: false }
  const of = agent.externalId
  const [models, skills, catalog] = await Promise.all([
    askGateway(ctx, agent, { question: 'models', agent: of }, how),
    askGateway(ctx, agent, { question: 'skills', agent: of }, how),
    askGateway(ctx, agent, { question: 'tools.catalog', agent: of }, how),
  ])
  if (!models.answer.isComplete || !skills.answer.isComplete) return null
  const plugins = catalog.answer.tools.groups.flatMap(({ pluginId, tools }) => [
    pluginId,
    ...tools.map((tool) => tool.pluginId),
  ])
  return {
    models: modelsNamed(source, of).map((id) => {
      const known = models.answer.models.find((model) => model.id === id || `${model.provider}/${model.id}` === id)
      return { id, availability: known === undefined ? 'unknown' : known.isAvailable ? 'available' : 'unavailable' }
    }),
    skills: skills.answer.skills
      .map(({ key, source: from, isDisabled, isEligible, blockedBy, missing }) => ({
        key,
        source: from,
        state: isDisabled ? 'disabled' : isEligible ? 'ready' : (blockedBy ?? 'needs'),
        needs: [...missing.bins, ...missing.env, ...missing.config].sort(),
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    plugins: [...new Set(plugins)].filter((id) => id !== undefined).sort(),
  }
}

/** The models that an entry names, or the defaults where it says nothing. */
export const modelsNamed = (source: Tree, externalId: string): string[] => {
  const agents = below(source, 'agents')
  const own = namesIn(ownOf(below(below(agents, 'entries'), externalId), 'model'))
  return own.length > 0 ? own : namesIn(ownOf(below(agents, 'defaults'), 'model'))
}

export const namesIn = (model: unknown): string[] => {
  if (!isTree(model)) return texts([model])
  return [...new Set([...texts([model.primary]), ...texts(model.fallbacks)])]
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

const below = (tree: Tree, name: string): Tree => {
  const value = ownOf(tree, name)
  return isTree(value) ? value : {}
}
