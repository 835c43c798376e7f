import { isTree } from './trees.ts'

/** Stands where the gateway took a secret out. */
const sentinel = '__OPENCLAW_REDACTED__'
/** A text below such a name is a secret. Plural numbers such as `maxTokens` are none. */
const secretName =
  /(^|[a-z_-])(token|secret|password|passphrase|passwd|api[-_]?key|private[-_]?key|access[-_]?key|signing[-_]?key|encryption[-_]?key|credentials?|authorization|cookie|webhook[-_]?url)$/i
/** Whatever stands below these is taken for a secret: environments and headers are where people put them. */
const secretContainers: ReadonlySet<string> = new Set(['env', 'headers', 'vars', 'secrets'])

export const isSecretName = (name: string): boolean => secretName.test(name) || secretContainers.has(name)

/** The value as it may be shown. Names stay, and so do numbers and switches; texts below a secret name do not. */
export const withoutSecrets = (value: unknown, isBelowSecret: boolean): unknown => {
  if (typeof value === 'string') return isBelowSecret && value !== '' ? sentinel : value
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, isBelowSecret))
  if (!isTree(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutSecrets(inner, isBelowSecret || isSecretName(name))]),
  )
}

/** Whether a value that may be shown holds a place from which a secret was taken. */
export const holdsSecret = (shown: unknown): boolean => {
  if (typeof shown === 'string') return shown.includes(sentinel)
  if (Array.isArray(shown)) return shown.some(holdsSecret)
  return isTree(shown) && Object.values(shown).some(holdsSecret)
}
