import { openApproval } from '../../worker/features/approvals/open.ts'
import type { GatewayApproval } from '../../worker/features/connectors/link/events/contract.ts'
import { connectors } from '../../worker/features/connectors/schema.ts'
import { connectorContext } from '../../worker/features/connectors/session.ts'
import type { OrganizationContext } from '../../worker/platform/context.ts'
import { newId } from '../../worker/platform/ids.ts'
import { aGatewayApproval } from './gateway-events.ts'

/** A connector that nobody has connected yet, written straight to D1. */
export const aSilentConnector = async (ctx: OrganizationContext): Promise<string> => {
  const id = newId('con')
  await ctx.db.insert(connectors).values({
    id,
    organizationId: ctx.organizationId,
    name: 'Silent',
    tokenDigest: id,
    tokenHint: 'cbc_…',
    createdAt: Date.now(),
  })
  return id
}

/** An approval that waits for a decision, as a connector would have brought it in. */
export const aPendingApproval = async (ctx: OrganizationContext, facts: Partial<GatewayApproval> = {}) => {
  const connectorId = await aSilentConnector(ctx)
  const request = aGatewayApproval(facts)
  const connector = connectorContext(ctx, ctx.organizationId, connectorId)
  const { id } = await openApproval(connector, connectorId, null, request, { foundByReconciliation: false })
  return { id, connectorId, request }
}
