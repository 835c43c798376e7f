import { below, isSection, type Section } from './config.ts'

const keyOf = (written: string): string => {
  const key = written.trim().toLowerCase()
  const slash = key.indexOf('/')
  if (slash <= 0) return key
  const [provider, model] = [key.slice(0, slash).trim(), key.slice(slash + 1)]
  return model === '' ? provider : `${provider}/${model}`
}

export interface ProviderScope {
  section: Section
  path: string
  /** The rules of the provider that this rule of one of its models takes the place of. */
  replaces: string | null
}

/**
 * The rules for a model in a `byProvider` section: those of `provider/model` take the place of those of `provider`, with
 * no merging. Of two spellings of one key the plain one counts, else the first.
 */
export const providerScopeOf = (
  byProvider: Section,
  path: string,
  provider: string | null,
  model: string | null,
): ProviderScope | null => {
  if (provider === null || provider.trim() === '') return null
  const known = new Map<string, { section: Section; key: string; plain: boolean }>()
  for (const [key, section] of Object.entries(byProvider)) {
    if (!isSection(section)) continue
    const normal = keyOf(key)
    const plain = key.trim().toLowerCase() === normal
    const before = known.get(normal)
    if (normal !== '' && (!before || (plain && !before.plain))) known.set(normal, { section, key, plain })
  }
  const ofProvider = known.get(keyOf(provider))
  const ofModel = model === null || model.trim() === '' ? undefined : known.get(keyOf(`${provider}/${model}`))
  const found = ofModel ?? ofProvider
  if (!found) return null
  return {
    section: found.section,
    path: below(path, found.key),
    replaces: ofModel && ofProvider ? below(path, ofProvider.key) : null,
  }
}
