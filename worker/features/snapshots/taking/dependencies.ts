import type { OrganizationContext } from '../../../platform/context.ts'
import { readInventory } from '../../agents/explain/index.ts'
import { askGateway, type DescribedAgent } from '../../agents/index.ts'
import type { Skill, Tools, Tree } from '../../connectors/link/questions/contract.ts'
import { isTree, ownOf } from '../diff/trees.ts'

/**
 * What an agent depends on and its configuration does not hold: the models that it names, its skills and the plugins
 * whose tools it has, with their versions, as its gateway tells them. Null when an answer was not complete. Throws as
 * `askGateway` does.
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
  return {
    models: modelsNamed(source, of).map((id) => {
      const known = models.answer.models.find((model) => model.id === id || `${model.provider}/${model.id}` === id)
      return { id, availability: known === undefined ? 'unknown' : known.isAvailable ? 'available' : 'unavailable' }
    }),
    skills: skills.answer.skills.map(ofSkill).sort((a, b) => (a.key < b.key ? -1 : 1)),
    ...pluginsIn(catalog.answer.tools),
  }
}

const ofSkill = ({ key, source, isDisabled, isEligible, blockedBy, missing, version, content }: Skill) => ({
  key,
  source,
  state: isDisabled ? 'disabled' : isEligible ? 'ready' : (blockedBy ?? 'needs'),
  needs: [...missing.bins, ...missing.env, ...missing.config].sort(),
  version: version ?? null,
  // Where nobody tells a version, or the file was changed since, this is what tells one from another.
  content: content ? `sha256:${content}` : null,
})

/** The plugins whose tools an agent can have, and those tools: what they were when its policy was another is asked later. */
const pluginsIn = (catalog: Tools): Tree => {
  const tools = readInventory(catalog).filter(({ source }) => source !== 'core')
  const groups = catalog.groups.flatMap(({ pluginId }) => pluginId ?? [])
  const ids = new Set([...groups, ...tools.flatMap(({ pluginId }) => pluginId ?? [])])
  const versions = new Map(catalog.plugins?.map(({ id, version }) => [id, version]))
  return {
    plugins: [...ids].sort().map((id) => ({ id, version: versions.get(id) ?? null })),
    tools: tools.sort((a, b) => (a.name < b.name ? -1 : 1)),
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
