import { z } from 'zod'
import type { GatewaySession } from '../../gateway/session.ts'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import type { Content } from '../sections/content.ts'
import { joinSections } from '../sections/join.ts'
import type { OpenedPackage } from './opened.ts'

/** What the restored agents need and the gateway does not have. */
export interface Absent {
  what: 'model' | 'skill' | 'plugin'
  name: string
  /** Who needs it; nobody in particular is the whole gateway. */
  agents: string[]
}

const Models = z.object({ models: z.array(z.object({ id: z.string(), provider: z.string().catch('') })) })
const Skills = z.object({ skills: z.array(z.object({ name: z.string(), skillKey: z.string().optional() })) })
const Plugins = z.object({ plugins: z.array(z.object({ id: z.string() })) })

/** Looked up at the gateway; what it does not tell is not said to be absent. */
export async function findAbsent(session: GatewaySession, wanted: Content, held: OpenedPackage): Promise<Absent[]> {
  const configuration = joinSections(wanted)
  const [models, skills, plugins] = await Promise.all([
    modelsOf(session, configuration),
    session.call('skills.status', {}, Skills, 60_000).catch(() => null),
    session.call('plugins.list', {}, Plugins, 60_000).catch(() => null),
  ])
  const absent = new Map<string, Absent>()
  const miss = (what: Absent['what'], name: string, agent: string | null) => {
    const known = absent.get(`${what} ${name}`) ?? { what, name, agents: [] }
    if (agent !== null) known.agents.push(agent)
    absent.set(`${what} ${name}`, known)
  }
  for (const id of held.content.agents.keys()) {
    const sections = wanted.agents.get(id)?.sections ?? {}
    for (const model of modelNames(sections.model?.model)) if (models && !models.has(model)) miss('model', model, id)
    const known = new Set(skills?.skills.flatMap(({ name, skillKey }) => [name, skillKey ?? name]))
    const own = new Set(
      [...(held.files.get(id)?.files.keys() ?? [])].flatMap((path) => /^skills\/([^/]+)\//.exec(path)?.[1] ?? []),
    )
    for (const skill of listOf(sections.skills?.skills))
      if (skills && !known.has(skill) && !own.has(skill)) miss('skill', skill, id)
  }
  const defaults = treeOf(treeOf(configuration.agents).defaults)
  for (const model of modelNames(defaults.model)) if (models && !models.has(model)) miss('model', model, null)
  const there = new Set(plugins?.plugins.map(({ id }) => id))
  const loads = listOf(treeOf(treeOf(configuration.plugins).load).paths)
  for (const [id, entry] of Object.entries(treeOf(treeOf(configuration.plugins).entries)))
    if (plugins && loads.length === 0 && isTree(entry) && entry.enabled !== false && !there.has(id))
      miss('plugin', id, null)
  return [...absent.values()]
}

/** Those that the gateway has, and those that it will have by its configuration. */
async function modelsOf(session: GatewaySession, configuration: Tree): Promise<Set<string> | null> {
  const listed = await session.call('models.list', {}, Models, 60_000).catch(() => null)
  if (!listed) return null
  const coming = Object.entries(treeOf(treeOf(configuration.models).providers)).flatMap(([provider, settings]) => {
    const models = treeOf(settings).models
    return (Array.isArray(models) ? models : []).flatMap((model) => {
      const { id } = treeOf(model)
      return typeof id === 'string' ? [`${provider}/${id}`] : []
    })
  })
  return new Set([...listed.models.map(({ provider, id }) => (provider ? `${provider}/${id}` : id)), ...coming])
}

const modelNames = (value: unknown): string[] => {
  const named = isTree(value) ? [value.primary, ...listOf(value.fallbacks)] : [value]
  return named.filter((name) => typeof name === 'string' && name.includes('/')).map(String)
}
const treeOf = (value: unknown): Tree => (isTree(value) ? value : {})
const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
