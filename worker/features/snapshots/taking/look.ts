import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { type DescribedAgent, gatewayConfig } from '../../agents/index.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { isUnread } from './configuration.ts'
import { lookAtDependencies, lookAtFiles } from './surroundings.ts'

/**
 * Makes versions of what is live in a scope. Throws `unavailable` while the gateway is away, and `invalid` with its issues
 * while it can not read its own configuration file.
 */
export const lookAt = async (ctx: OrganizationContext, agent: DescribedAgent, scope: SnapshotScope): Promise<void> => {
  if (scope === 'workspace_bundle') await lookAtFiles(ctx, agent)
  else if (scope === 'dependency_meta') await lookAtDependencies(ctx, agent)
  else await lookAtConfiguration(ctx, agent)
}

/** The same for its configuration alone. */
export const lookAtConfiguration = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<void> => {
  const { config } = await gatewayConfig(ctx, agent, { liveOnly: true })
  if (isUnread(config))
    throw new AppError('invalid', 'The gateway can not read its configuration file, so nobody can say what is live.', {
      errors: config.issues,
    })
}
