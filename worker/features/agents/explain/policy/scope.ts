import { listAt, type Section } from './config.ts'
import { type Entry, matcherOf, type PluginTools } from './names.ts'

/** What one scope says. No allow list lets everything through that is not denied. */
export interface Policy {
  readonly allow: readonly Entry[] | null
  readonly deny: readonly Entry[]
  /** The scope only adds (`alsoAllow`): its allow list begins with everything. */
  readonly addsOnly: boolean
}

export const entriesAt = (list: readonly string[] | undefined, path: string): Entry[] =>
  (list ?? []).map((entry, index) => ({ entry, path: `${path}.${index}` }))

export const builtIn = (names: readonly string[]): Entry[] => names.map((entry) => ({ entry, path: null }))

/**
 * The policy of a scope with `allow`, `alsoAllow` and `deny`; null where it says nothing. `alsoAllow` alone lets
 * everything through here: it widens only the profile.
 */
export const policyOf = (scope: Section | undefined, path: string): Policy | null => {
  if (!scope) return null
  const allow = listAt(scope, 'allow')
  const deny = listAt(scope, 'deny')
  const also = entriesAt(listAt(scope, 'alsoAllow'), `${path}.alsoAllow`)
  if (!allow && also.length === 0 && !deny) return null
  const everything = { entry: '*', path: null }
  const given = entriesAt(allow, `${path}.allow`)
  const widened = given.length === 0 && also.length > 0 ? [everything, ...also] : [...given, ...also]
  return {
    allow: allow || also.length > 0 ? widened : null,
    deny: entriesAt(deny, `${path}.deny`),
    addsOnly: !allow && also.length > 0 && !also.some(({ entry }) => entry.trim() === '*'),
  }
}

export type ScopeVerdict = { verdict: 'passed' | 'denied' | 'notAllowed' | 'unknown'; by: Entry | null }

/** Judges names by one policy: a denial wins, then an allow list with anything in it must match. */
export const judgeOf = (policy: Policy, plugins: PluginTools): ((name: string) => ScopeVerdict) => {
  const denied = matcherOf(policy.deny, plugins)
  const allowed = matcherOf(policy.allow ?? [], plugins)
  return (name) => {
    const denial = denied(name)
    if (denial) return { verdict: 'denied', by: denial }
    if (allowed.size === 0) return { verdict: 'passed', by: null }
    // Who may write a file may patch it.
    const permission = allowed(name) ?? (name === 'apply_patch' ? allowed('write') : null)
    return permission ? { verdict: 'passed', by: permission } : { verdict: 'notAllowed', by: null }
  }
}
