import canonicalize from 'canonicalize'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { type DescribedAgent, differencesOf, gatewayConfig, secretsIn } from '../../agents/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { RollbackTo } from '../contract.ts'
import type { SemanticChange } from '../diff/contract.ts'
import { applyDiff, semanticDiff } from '../diff/index.ts'
import { worstOf } from '../diff/rules.ts'
import type { SnapshotRow } from '../schema.ts'
import { hashOf, readContent } from '../taking/contents.ts'
import { getVersion, newestVersion } from '../versions/get.ts'

const scope = 'agent_config'

export interface RollbackPlan {
  to: SnapshotRow
  live: SnapshotRow
  /** Of the gateway's whole configuration: what the change is made to. */
  baseHash: string
  entry: Tree
  target: Tree
  targetHash: string
  changes: SemanticChange[]
  risk: SemanticChange['risk'] | null
  secrets: string[]
  blocked: string[]
  digest: string
}

/**
 * Looks at the gateway now, which saves what stands there as a version, and works out what going back would write. Throws
 * `unavailable` while the gateway is away, `not_found` for a version that there never was, `stale` when it changed while
 * we looked.
 */
export const planRollback = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { version, categories }: RollbackTo,
): Promise<RollbackPlan> => {
  const to = await getVersion(ctx, agent.id, scope, version)
  const { config, entry } = await gatewayConfig(ctx, agent, { liveOnly: true })
  const before = entry ?? {}
  const [live, content] = await Promise.all([newestVersion(ctx, agent.id, scope), readContent(ctx, to.hash)])
  if (live.hash !== hashOf(before)) throw new AppError('stale', 'The configuration changed while we looked at it.')
  const wanted = semanticDiff(before, content).changes.filter(
    ({ category }) => categories === undefined || categories.includes(category),
  )
  // A secret that is to go may go; one that is to come is known to nobody here.
  const changes = wanted.filter(({ secret, kind }) => !secret || kind === 'removed')
  const target = applyDiff(before, { changes })
  const targetHash = hashOf(target)
  const names = { agentId: agent.id, scope, live: live.version, liveHash: live.hash, version, targetHash }
  return {
    to,
    live,
    baseHash: config.hash,
    entry: before,
    target,
    targetHash,
    changes,
    risk: worstOf(changes.map(({ risk }) => risk)),
    secrets: wanted.filter((change) => !changes.includes(change)).map(({ path }) => path),
    blocked: secretsIn(differencesOf(before, target)),
    digest: digestOf(canonicalize(names) ?? ''),
  }
}
