import type { OrganizationContext } from '../../../platform/context.ts'
import { type DescribedAgent, gatewayConfig } from '../../agents/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { dependenciesOf } from './dependencies.ts'
import { filesOf } from './files.ts'
import { takeSnapshots } from './take.ts'

/**
 * Asks a gateway for what belongs to an agent and stands not in its configuration, and makes versions of what differs.
 * What the gateway did not tell whole makes none. Throws `unavailable` while it is away.
 */
export const lookAtSurroundings = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<void> => {
  // One that can not be told does not hold back the other.
  const looked = await Promise.allSettled([lookAtFiles(ctx, agent), lookAtDependencies(ctx, agent)])
  for (const each of looked) if (each.status === 'rejected') throw each.reason
}

export const lookAtDependencies = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<void> => {
  const at = ctx.now().getTime()
  const { config } = await gatewayConfig(ctx, agent, { liveOnly: true })
  await seen(ctx, agent, 'dependency_meta', await dependenciesOf(ctx, agent, config.source), at)
}

/** The same for its files alone, which it answers; null when the gateway did not list them whole. */
export const lookAtFiles = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<Tree | null> => {
  const at = ctx.now().getTime()
  const files = await filesOf(ctx, agent)
  await seen(ctx, agent, 'workspace_bundle', files, at)
  return files
}

const seen = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  scope: SnapshotScope,
  content: Tree | null,
  at: number,
): Promise<void> => {
  if (content !== null) await takeSnapshots(ctx, [{ agent, scope, content }], { reference: null, at })
}
