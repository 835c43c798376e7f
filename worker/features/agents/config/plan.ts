import canonicalize from 'canonicalize'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { digestOf } from '../../../platform/secrets.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { Order } from '../changes/order.ts'
import type { Freshness } from '../live/contract.ts'
import type { DescribedAgent } from '../store.ts'
import type { ChangeConfig, Difference } from './contract.ts'
import { entryAt, gatewayConfig } from './get.ts'
import { collisionsOf, differencesOf, isTree, patched, replacedLists, secretsIn } from './rules.ts'

export interface ConfigPlan {
  /** The newest configuration, which the change will be made to. */
  hash: string
  freshness: Freshness
  entry: Tree | null
  after: Tree
  differences: Difference[]
  /** Paths that somebody else changed meanwhile. */
  conflicts: string[]
  secrets: string[]
}

/**
 * Looks at the gateway now and says what a patch would do there. Throws `unavailable` when it is away, `stale` when the
 * given base is too old to tell what changed since, `invalid` for a patch that is no object below the entry.
 */
export const planChange = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { patch, baseHash }: ChangeConfig,
): Promise<ConfigPlan> => {
  const { config, entry, freshness } = await gatewayConfig(ctx, agent, { liveOnly: true })
  const after = patched(entry ?? {}, patch)
  if (!isTree(after))
    throw new AppError('invalid', 'A patch of an entry is an object.', {
      errors: [{ path: 'patch', message: 'does not make an object' }],
    })
  const differences = differencesOf(entry ?? {}, after)
  const theirs = config.hash === baseHash ? [] : differencesOf((await entryAt(ctx, agent, baseHash)) ?? {}, entry ?? {})
  return {
    hash: config.hash,
    freshness,
    entry,
    after,
    differences,
    conflicts: collisionsOf(differences, theirs),
    secrets: secretsIn(differences),
  }
}

/** The order that carries a plan out. */
export const orderOf = (
  agent: DescribedAgent,
  { hash, entry, after, differences }: Pick<ConfigPlan, 'hash' | 'entry' | 'after' | 'differences'>,
  patch: Tree,
): Pick<Order, 'change' | 'touches' | 'before'> => ({
  change: {
    change: 'config.patch',
    agent: agent.externalId,
    patch,
    replacePaths: replacedLists(entry ?? {}, after),
    baseHash: hash,
  },
  touches: differences.slice(0, 100).map(({ path }) => path.slice(0, 300)),
  before: entry === null ? null : digestOf(canonicalize(entry) ?? ''),
})
