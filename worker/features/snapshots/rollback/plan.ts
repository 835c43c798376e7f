import canonicalize from 'canonicalize'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { type DescribedAgent, differencesOf, secretsIn } from '../../agents/index.ts'
import { sentinel, type Tree } from '../../connectors/link/questions/contract.ts'
import type { RollbackPreview, RollbackTo } from '../contract.ts'
import { KnownFile, type SemanticChange, type SnapshotScope } from '../diff/contract.ts'
import { applyDiff, semanticDiff } from '../diff/index.ts'
import { worstOf } from '../diff/rules.ts'
import { isTree } from '../diff/trees.ts'
import type { SnapshotRow } from '../schema.ts'
import { hashOf, readContent } from '../taking/contents.ts'
import { getVersion, newestVersion } from '../versions/get.ts'
import { subjectOf } from '../versions/subject.ts'
import { liveOf } from './live.ts'

export interface RollbackPlan {
  scope: SnapshotScope
  /** Only these go back; all where none are named. */
  categories: RollbackTo['categories']
  to: SnapshotRow
  live: SnapshotRow
  /** Of the gateway's whole configuration: what the change is made to. */
  baseHash: string
  before: Tree
  target: Tree
  targetHash: string
  changes: SemanticChange[]
  risk: SemanticChange['risk'] | null
  secrets: string[]
  blocked: string[]
  left: RollbackPreview['left']
  digest: string
}

/**
 * Looks at the gateway now, which saves what stands there as a version, and works out what going back would write. Throws
 * `unavailable` while the gateway is away, `not_found` for a version that there never was, `stale` when it changed while
 * we looked, `invalid` for a scope that is not put back from here.
 */
export const planRollback = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { scope, version, categories }: RollbackTo,
): Promise<RollbackPlan> => {
  const to = await getVersion(ctx, subjectOf(agent, scope), scope, version)
  const { content: before, baseHash } = await liveOf(ctx, agent, scope)
  const [live, content] = await Promise.all([newestVersion(ctx, agent.id, scope), readContent(ctx, to.hash)])
  if (live.hash !== hashOf(before)) throw new AppError('stale', 'It changed while we looked at it.')
  const wanted = semanticDiff(before, content, scope).changes.filter(
    ({ category }) => categories === undefined || categories.includes(category),
  )
  // A secret that is to go may go; one that is to come is known to nobody here.
  const unknown = wanted.filter(({ secret, kind }) => secret && kind !== 'removed')
  const left = scope === 'workspace_bundle' ? wanted.flatMap(leftOf) : []
  const changes = wanted.filter((change) => !unknown.includes(change) && !left.some(({ path }) => path === change.path))
  const target = applyDiff(before, { changes })
  const targetHash = hashOf(target)
  const names = { agentId: agent.id, scope, live: live.version, liveHash: live.hash, version, targetHash }
  return {
    scope,
    categories,
    to,
    live,
    baseHash,
    before,
    target,
    targetHash,
    changes,
    risk: worstOf(changes.map(({ risk }) => risk)),
    secrets: unknown.map(({ path }) => path),
    blocked: blockedIn(scope, before, target),
    left,
    digest: digestOf(canonicalize(names) ?? ''),
  }
}

/** A list is written whole, so that a secret anywhere in it stands in the way. Of files such a one is left alone. */
const blockedIn = (scope: SnapshotScope, before: Tree, target: Tree): string[] => {
  if (scope === 'workspace_bundle') return []
  if (scope === 'bindings') return JSON.stringify(target).includes(sentinel) ? ['bindings'] : []
  return secretsIn(differencesOf(before, target))
}

const leftOf = ({ path, kind, after }: SemanticChange): RollbackPreview['left'] => {
  if (kind === 'removed') return [{ path, reason: 'not_removable' }]
  if (typeof after === 'string') return []
  return [{ path, reason: KnownFile.shape.reason.parse(isTree(after) ? after.reason : null) }]
}
