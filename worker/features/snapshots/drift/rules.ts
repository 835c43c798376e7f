import { type SnapshotCause, trustedCauses } from '../contract.ts'
import type { SemanticChange, SemanticDiff, SnapshotScope } from '../diff/contract.ts'
import { worstOf } from '../diff/rules.ts'

/** The scopes whose drift is told. */
export const watched: readonly SnapshotScope[] = [
  'agent_config',
  'bindings',
  'workspace_bundle',
  'dependency_meta',
  'gateway_config',
]

/** Made or accepted here, so that later drift is told against it. */
export const isTrusted = (cause: SnapshotCause): boolean => trustedCauses.some((trusted) => trusted === cause)

/** Of what an agent depends on, which models there are: its configuration names them, and whoever changed that is told there. */
export const isModelNamed = ({ steps }: SemanticChange): boolean => steps[0] === 'models' && steps.length <= 2

/** What a gateway writes by itself: its own notes, and when something was touched. */
export const alwaysIgnored = ['meta', 'lastTouchedAt', 'lastTouchedVersion', 'updatedAt', 'createdAt', 'lastRunAt']

/**
 * What is left of a difference when nobody minds what the gateway writes itself, nor what fits one of these patterns. A
 * permission or a secret is left out only by a pattern that is its path, letter by letter: nobody hides one by accident.
 */
export const withoutIgnored = ({ changes }: SemanticDiff, patterns: readonly string[]): SemanticDiff => {
  const exactly = new Set(patterns)
  const split = patterns.map((pattern) => pattern.split('.'))
  const left = changes.filter(({ path, category }) => {
    if (exactly.has(path)) return false
    if (category === 'permissions' || category === 'secrets') return true
    const names = path.split('.')
    if (category !== 'files' && names.some((name) => alwaysIgnored.includes(name))) return false
    return !split.some((pattern) => covers(pattern, names))
  })
  return { changes: left, risk: worstOf(left.map(({ risk }) => risk)) }
}

/** Whether a path is the pattern's, or lies below it. An item of a list lies below the list. */
const covers = (pattern: readonly string[], names: readonly string[]): boolean =>
  pattern.length <= names.length &&
  pattern.every((part, at) => {
    const name = names[at] ?? ''
    const isLast = at === pattern.length - 1
    return fits(part, name) || (isLast && fits(part, name.replace(/\[.*$/s, '')))
  })

/** One `*` at a time, and never further back than the newest: linear but for a factor. */
const fits = (pattern: string, name: string): boolean => {
  let [at, from, star, retry] = [0, 0, -1, 0]
  while (at < name.length) {
    if (pattern[from] === '*') [star, retry, from] = [from, at, from + 1]
    else if (pattern[from] === name[at]) [at, from] = [at + 1, from + 1]
    else if (star >= 0) [retry, at, from] = [retry + 1, retry + 1, star + 1]
    else return false
  }
  while (pattern[from] === '*') from++
  return from === pattern.length
}
