import type { OrganizationContext } from '../../platform/context.ts'
import type { Statement } from '../../platform/db.ts'
import { dropChangesOfConnectorStatement } from './changes/store.ts'
import { forgetListStatement, goneWithConnectorStatement } from './jobs/store.ts'

/** For the batch that removes a connector: its jobs are gone, and what waited for it will not be made. */
export const cronGoneWithConnector = (
  ctx: OrganizationContext,
  connectorId: string,
): [Statement, Statement, Statement] => [
  goneWithConnectorStatement(ctx, connectorId),
  forgetListStatement(ctx, connectorId),
  dropChangesOfConnectorStatement(ctx, connectorId, ctx.now().getTime()),
]
