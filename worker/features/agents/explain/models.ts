import type { Explanation } from './contract.ts'
import type { Facts } from './facts.ts'
import { agentSection, isSection, numberAt, sectionAt, textAt, valueAt } from './policy/config.ts'
import { primaryModelOf } from './situation.ts'

type Candidate = Explanation['models'][number]

export interface FallbackChain {
  models: Candidate[]
  /** The shared list of fallbacks that the agent's own model leaves behind; null where nothing is lost. */
  dropped: { path: string; refs: string[]; by: string } | null
}

/**
 * The models that a run tries, in order, each once. An agent with a model of its own has only the fallbacks that it names
 * itself; one without walks the shared list. Aliases of models are shown as they are written.
 */
export const fallbackChainOf = (
  { config, models: told, auth }: Pick<Facts, 'config' | 'models' | 'auth'>,
  agentId: string,
): FallbackChain => {
  const { section, path } = agentSection(config, agentId)
  const shared = fallbacksAt(valueAt(config, 'agents', 'defaults', 'model'), 'agents.defaults.model')
  const own = ownFallbacks(section.model, `${path}.model`)
  const primary = primaryModelOf(config, agentId)
  const list = own ?? shared
  const chain: { ref: string; role: Candidate['role']; path: string }[] = [
    ...(primary ? [{ ...primary, role: 'primary' as const }] : []),
    ...list.map((each) => ({ ...each, role: 'fallback' as const })),
  ]
  const seen = new Set<string>()
  const models = chain.flatMap(({ ref, role, path: at }) => {
    if (seen.has(ref)) return []
    seen.add(ref)
    const provider = ref.includes('/') ? ref.slice(0, ref.indexOf('/')) : null
    const contextWindow = contextWindowOf(config, provider, ref) ?? windowTold(told, ref)
    return [{ ref, provider, role, path: at, contextWindow, auth: authOf(auth, provider) }]
  })
  const lost = own === null ? [] : shared.filter(({ ref }) => !seen.has(ref)).map(({ ref }) => ref)
  const dropped = lost.length > 0 ? { path: 'agents.defaults.model.fallbacks', refs: lost, by: `${path}.model` } : null
  return { models, dropped }
}

const fallbacksAt = (model: unknown, path: string): { ref: string; path: string }[] => {
  const list = isSection(model) ? model.fallbacks : undefined
  if (!Array.isArray(list)) return []
  return list.flatMap((ref, index) =>
    typeof ref === 'string' && ref.trim() !== '' ? [{ ref: ref.trim(), path: `${path}.fallbacks.${index}` }] : [],
  )
}

/** Null: the agent says nothing of its own, so the shared list is in force. */
const ownFallbacks = (model: unknown, path: string): { ref: string; path: string }[] | null => {
  if (typeof model === 'string') return model.trim() === '' ? null : []
  if (!isSection(model)) return null
  if (Object.hasOwn(model, 'fallbacks')) return Array.isArray(model.fallbacks) ? fallbacksAt(model, path) : null
  return textAt(model, 'primary') ? [] : null
}

const contextWindowOf = (config: unknown, provider: string | null, ref: string): number | null => {
  if (provider === null) return null
  const models = sectionAt(config, 'models', 'providers', provider).models
  if (!Array.isArray(models)) return null
  const found = models.find((model) => isSection(model) && model.id === ref.slice(provider.length + 1))
  if (!isSection(found)) return null
  return numberAt(found, 'contextTokens') ?? numberAt(found, 'contextWindow') ?? null
}

const windowTold = (models: Facts['models'], ref: string): number | null =>
  models?.find(({ id, provider }) => `${provider}/${id}` === ref)?.contextWindow ?? null

/** An order that is given is the whole list: what it does not name is not tried. */
const authOf = (auth: Facts['auth'], provider: string | null): Candidate['auth'] => {
  if (auth === null || provider === null) return null
  const found = auth.find((each) => each.provider.toLowerCase() === provider.toLowerCase())
  if (!found) return { state: 'none', apiKey: null, isOrdered: false, profiles: [], windows: [] }
  const { order, apiKey, windows, state } = found
  const place = (id: string) => order?.indexOf(id) ?? 0
  const signIns = found.profiles.map((profile) => ({ ...profile, isTried: place(profile.id) >= 0 }))
  return {
    ...{ state: state ?? 'none', apiKey, windows, isOrdered: order !== null },
    profiles: [
      ...signIns.filter(({ isTried }) => isTried).sort((a, b) => place(a.id) - place(b.id)),
      ...signIns.filter(({ isTried }) => !isTried),
    ],
  }
}
