import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { connectorOf } from './store.ts'

/** Whether a connector's gateway is there. Throws `conflict` for a connector that takes no changes, or was removed. */
export const reachOf = async (ctx: OrganizationContext, connectorId: string): Promise<{ isReachable: boolean }> => {
  const connector = await connectorOf(ctx, connectorId)
  if (!connector) throw new AppError('conflict', 'Its connector was removed.')
  if (!connector.groups.includes('manage'))
    throw new AppError('conflict', 'Its connector does not accept changes: start it with the group manage.', {
      context: { because: 'read_only' },
    })
  return { isReachable: connector.state === 'online' && connector.gatewayConnected }
}
