import { agentSection, below, isSection, type Section, sectionAt } from '../policy/config.ts'
import type { Setting } from './contract.ts'
import {
  agentKeys,
  builtInValues,
  defaultKeys,
  mergedSections,
  onlyDefaults,
  policyKeys,
  redacted,
  toolKeys,
} from './keys.ts'

type Held = Setting['hides'][number]

/**
 * Every setting of an agent that says something, with the layer that gave it and what it hides. Sections that the gateway
 * merges are told field by field; any other is taken as a whole from the highest layer that has it. `completed` is the
 * configuration with what the gateway fills in. Keys that nobody here has heard of are kept and marked.
 */
export const explainSettings = (config: unknown, completed: unknown, agentId: string): Setting[] => {
  const agent = agentSection(config, agentId)
  const layers: Layer[] = [
    { layer: 'agent', section: agent.section, path: agent.path, known: agentKeys },
    {
      layer: 'defaults',
      section: sectionAt(config, 'agents', 'defaults'),
      path: 'agents.defaults',
      known: defaultKeys,
    },
    { layer: 'gateway', section: sectionAt(completed, 'agents', 'defaults'), path: null, known: defaultKeys },
    { layer: 'builtIn', section: builtInSection(), path: null, known: defaultKeys },
  ]
  const settings = settle(layers, '').filter(({ name }) => name !== 'tools' && !name.startsWith('tools.'))
  return [...settings, ...toolSettings(config, completed, agentId)].sort((a, b) => (a.name < b.name ? -1 : 1))
}

interface Layer {
  layer: Held['layer']
  section: Section
  path: string | null
  known: ReadonlySet<string> | null
}

const toolSettings = (config: unknown, completed: unknown, agentId: string): Setting[] => {
  const agent = agentSection(config, agentId)
  const without = (section: Section): Section =>
    Object.fromEntries(Object.entries(section).filter(([key]) => !policyKeys.has(key)))
  const own = without(sectionAt(agent.section, 'tools'))
  const global = without(sectionAt(config, 'tools'))
  return settle(
    [
      { layer: 'agent', section: own, path: `${agent.path}.tools`, known: toolKeys },
      { layer: 'global', section: global, path: 'tools', known: null },
      { layer: 'gateway', section: without(sectionAt(completed, 'tools')), path: null, known: null },
    ],
    'tools.',
  )
}

const builtInSection = (): Section => {
  const section: Record<string, unknown> = {}
  for (const [name, value] of builtInValues) {
    const [head = '', field] = name.split('.')
    const before = section[head]
    section[head] = field === undefined ? value : { ...(isSection(before) ? before : {}), [field]: value }
  }
  return section
}

const settle = (layers: readonly Layer[], prefix: string): Setting[] => {
  const keys = new Set(layers.flatMap(({ section }) => Object.keys(section)))
  return [...keys].flatMap((key) => {
    if (onlyDefaults.has(key)) return []
    const holding = layers.flatMap(({ layer, section, path, known }): (Held & { known: boolean })[] => {
      const value = section[key]
      if (value === undefined) return []
      return [{ value, layer, path: path === null ? null : below(path, key), known: known?.has(key) ?? true }]
    })
    const known = holding.every((each) => each.known)
    return mergedSections.has(key) || onlySections(holding)
      ? fieldsOf(holding, `${prefix}${key}`, known)
      : settingOf(holding, `${prefix}${key}`, known)
  })
}

/** Sections of which only the defaults speak are shown field by field as well: nothing is hidden by that. */
const onlySections = (holding: readonly Held[]): boolean =>
  holding.every(({ value, layer }) => isSection(value) && layer !== 'agent')

const fieldsOf = (holding: readonly Held[], name: string, known: boolean): Setting[] => {
  const sections = holding.filter(({ value }) => isSection(value))
  const fields = new Set(sections.flatMap(({ value }) => (isSection(value) ? Object.keys(value) : [])))
  return [...fields].flatMap((field) =>
    settingOf(
      sections.flatMap(({ value, layer, path }) => {
        const inner = isSection(value) ? value[field] : undefined
        return inner === undefined ? [] : [{ value: inner, layer, path: path === null ? null : below(path, field) }]
      }),
      below(name, field),
      known,
    ),
  )
}

const settingOf = (holding: readonly Held[], name: string, known: boolean): Setting[] => {
  const [first, ...rest] = holding.map(({ value, layer, path }) => ({ value: withoutSecrets(value), layer, path }))
  if (!first) return []
  // What the gateway filled in repeats what is written above it; only another value is worth telling.
  const same = (value: unknown) => JSON.stringify(value) === JSON.stringify(first.value)
  const hides = rest.filter(({ value, layer }) => layer === 'defaults' || layer === 'global' || !same(value))
  return [{ name, ...first, known, hides: hides.filter(({ layer }) => layer !== 'gateway' && layer !== 'builtIn') }]
}

/** The gateway's own mark says nothing to a reader. */
const withoutSecrets = (value: unknown): unknown => {
  if (value === redacted) return '•••'
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (!isSection(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]))
}
