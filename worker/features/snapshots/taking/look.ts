import type { OrganizationContext } from '../../../platform/context.ts'
import { type DescribedAgent, gatewayConfig } from '../../agents/index.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { lookAtDependencies, lookAtFiles } from './surroundings.ts'

/** Makes versions of what is live in a scope. Throws `unavailable` while the gateway is away. */
export const lookAt = async (ctx: OrganizationContext, agent: DescribedAgent, scope: SnapshotScope): Promise<void> => {
  if (scope === 'workspace_bundle') await lookAtFiles(ctx, agent)
  else if (scope === 'dependency_meta') await lookAtDependencies(ctx, agent)
  else await gatewayConfig(ctx, agent, { liveOnly: true })
}
