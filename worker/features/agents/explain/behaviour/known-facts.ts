import { below, type Section, textAt, valueAt } from '../policy/config.ts'
import { type FactName, factNames, type KnownFact } from './contract.ts'

/** A section as one layer has it; `path` is null for what nobody wrote. The highest layer comes first. */
export interface FactLayer {
  layer: KnownFact['layer']
  section: Section
  path: string | null
}

/** Each named fact from the highest layer that says it, a field of a field with a dot; else as it is built in. */
export const knownFacts = (
  layers: readonly FactLayer[],
  builtIn: Readonly<Partial<Record<FactName, KnownFact['value']>>>,
): KnownFact[] =>
  factNames.flatMap((name): KnownFact[] => {
    const otherwise = builtIn[name]
    if (otherwise === undefined) return []
    const keys = name.split('.')
    for (const { layer, section, path } of layers) {
      const value = told(valueAt(section, ...keys))
      if (value !== undefined) return [{ name, value, layer, path: path === null ? null : keys.reduce(below, path) }]
    }
    return [{ name, value: otherwise, layer: 'builtIn', path: null }]
  })

/** What a reader can be told of a value: a model given as a section is its first one, hours are `from–to`. */
const told = (value: unknown): KnownFact['value'] | undefined => {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string')
  if (typeof value !== 'object' || value === null) return undefined
  const section = { ...value }
  const primary = textAt(section, 'primary')
  const [start, end, zone] = ['start', 'end', 'timezone'].map((key) => textAt(section, key))
  return (
    primary ?? (start || end ? [`${start ?? '00:00'}–${end ?? '24:00'}`, zone].filter(Boolean).join(' ') : undefined)
  )
}

export const factOf = (facts: readonly KnownFact[], name: FactName): KnownFact['value'] =>
  facts.find((fact) => fact.name === name)?.value ?? null

export const numberOf = (facts: readonly KnownFact[], name: FactName): number | null => {
  const value = factOf(facts, name)
  return typeof value === 'number' ? value : null
}
