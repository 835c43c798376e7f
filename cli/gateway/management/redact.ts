import { sentinel, type Tree } from '../../../worker/features/connectors/link/questions/contract.ts'
import { isTree } from '../../plugin/merge-patch.ts'

/** Under these names a text is a credential. Numbers are not: `maxTokens` and the like stay. */
const secretName =
  /(^|[a-z_-])(token|secret|password|passphrase|passwd|api[-_]?key|private[-_]?key|access[-_]?key|signing[-_]?key|encryption[-_]?key|credentials?|authorization|cookie|webhook[-_]?url)$/i
/** Whatever stands below these is taken for one: environments and headers are where people put them. */
const secretContainers = new Set(['env', 'headers', 'vars', 'secrets'])
/** Texts that are credentials wherever they stand. */
const secretText =
  /\b(?:sk|pk|rk|ghp|gho|ghs|ghu|github_pat|glpat|xox[abeprs]|cbc|cbk)[-_][A-Za-z0-9_-]{12,}|\bAKIA[0-9A-Z]{16}\b|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{6,}|\bBearer\s+[A-Za-z0-9._~+/-]{12,}=*|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const urlWithPassword = /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i

/**
 * A configuration without its secrets. The gateway redacts what its schema calls sensitive; this takes out again what
 * looks like a secret by its name, its place or its form, and every one of `known`, so that none leaves this machine.
 */
export function redactTree(tree: Tree, known: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, redact(name, value, false, known)]))
}

function redact(name: string, value: unknown, contained: boolean, known: readonly string[]): unknown {
  if (typeof value === 'string') {
    const isSecret = value !== '' && (contained || secretName.test(name))
    return isSecret || urlWithPassword.test(value) || redactText(value, known).redactions > 0 ? sentinel : value
  }
  if (Array.isArray(value)) return value.map((item) => redact(name, item, contained, known))
  if (!isTree(value)) return value
  const below = contained || secretContainers.has(name)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(key, item, below, known)]))
}

/** A text in which each passage that is a credential by its form, or one of `known`, is replaced by the sentinel. */
export function redactText(text: string, known: readonly string[]): { text: string; redactions: number } {
  let redactions = 0
  const replace = () => {
    redactions++
    return sentinel
  }
  let result = text.replace(secretText, replace)
  for (const secret of known) if (secret.length >= 8) result = result.replaceAll(secret, replace)
  return { text: result, redactions }
}
