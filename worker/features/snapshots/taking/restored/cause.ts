import type { OrganizationContext } from '../../../../platform/context.ts'
import { digestOf } from '../../../../platform/secrets.ts'
import { semanticDiff } from '../../diff/index.ts'
import { isTree, ownOf, type Tree } from '../../diff/trees.ts'
import { type Between, filesWritten, restoreThatWrote } from './store.ts'

interface Step {
  before: { content: Tree; hash: string; at: number }
  content: Tree
  hash: string
}

/**
 * The restore whose work a version is: one that told the very digests, of settings the one before as well, of files those of
 * each that differs. Null of anything else; nobody writes what an agent depends on, so no restore can say what that becomes.
 */
export const restoreBehind = async (
  ctx: OrganizationContext,
  of: Omit<Between, 'beforeAt'>,
  { before, content, hash }: Step,
) => {
  const between = { ...of, beforeAt: before.at }
  if (of.scope === 'dependency_meta') return null
  if (of.scope !== 'workspace_bundle')
    return (await restoreThatWrote(ctx, between, { before: before.hash, after: hash })) ?? null
  const names = semanticDiff(before.content, content, 'workspace_bundle').changes.map(({ path }) => path)
  const written = await filesWritten(ctx, between)
  const isOf = (restoreId: string, name: string) =>
    written.some(
      (file) => file.restoreId === restoreId && file.name === name && file.sha256 === digestIn(content, name),
    )
  return written.find(({ restoreId }) => names.every((name) => isOf(restoreId, name))) ?? null
}

/** Empty of a file that is not there; null where nobody knows. */
const digestIn = (content: Tree, name: string): string | null => {
  const file = ownOf(content, name)
  if (file === undefined) return ''
  if (typeof file === 'string') return digestOf(file)
  return isTree(file) && typeof file.hash === 'string' ? file.hash : null
}
