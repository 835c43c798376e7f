import { sentinel } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { type Change, dotted, isTree } from './entry.ts'

/**
 * Changes that would write a redacted value where nobody could restore what it stands for: a list that holds one and was
 * changed elsewhere, or the sentinel put at another place. The server refuses them too; here they are said while typing.
 */
export const redactedIn = (changes: readonly Change[]): string[] =>
  changes.filter(({ after }) => isRedacted(after)).map(({ path }) => dotted(path))

/** Whether a secret was taken out of this value on its way here. */
export const isRedacted = (value: unknown): boolean => {
  if (typeof value === 'string') return value.includes(sentinel)
  if (Array.isArray(value)) return value.some(isRedacted)
  return isTree(value) && Object.values(value).some(isRedacted)
}
