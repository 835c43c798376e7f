import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { agentsGoneWithConnector, forgetFactsOfConnectorStatement } from '../agents/index.ts'
import { closeApprovalsOfConnector } from '../approvals/index.ts'
import { backupsGoneWithConnector } from '../artifacts/index.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { cronGoneWithConnector } from '../cron/index.ts'
import { forgetMemoryOfConnectorStatements } from '../memory/index.ts'
import { forgetCheckStatement } from '../snapshots/taking/index.ts'
import { deleteConnectorStatement, getConnector } from './store.ts'

/** Removes a connector: its token stops working, its agents leave the registry, its open approvals are closed. */
export const removeConnector = async (ctx: OrganizationContext, id: string): Promise<void> => {
  const { name } = await getConnector(ctx, id)
  await ctx.db.batch([
    deleteConnectorStatement(ctx, id),
    auditStatement(ctx, 'connector.removed', { name }, { target: id, connectorId: id, risk: 'high' }),
    ...(await agentsGoneWithConnector(ctx, id)),
    forgetFactsOfConnectorStatement(ctx, id),
    ...cronGoneWithConnector(ctx, id),
    forgetCheckStatement(ctx, id),
    ...forgetMemoryOfConnectorStatements(ctx, id),
    ...backupsGoneWithConnector(ctx, id),
  ])
  await connectorSession(ctx.env, id).hangUp('removed')
  // A crash before this line leaves approvals that expire at their own time; no decision on them can be delivered.
  await closeApprovalsOfConnector(ctx, id)
  await drainSoon(ctx, ctx.organizationId)
}
