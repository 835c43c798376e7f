import type { z } from 'zod'
import type { QueuedCommand } from '../../../durable-objects/connector-session/rpc.ts'
import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { logFault } from '../../platform/log.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { CommandResult } from '../connectors/link/commands/contract.ts'
import type { GrantRow } from './schema.ts'
import { grantById, moveGatewayStatement, revokingGrants } from './store.ts'

const revokeWithinMs = 7 * 86_400_000

/** Its id is the grant's, so however often it is handed over it is one. */
const revokeCommandOf = (ctx: OrganizationContext, grantId: string, ref: string): QueuedCommand => ({
  id: grantId,
  command: 'grant.revoke',
  params: { ref },
  deadline: new Date(ctx.now().getTime() + revokeWithinMs).toISOString(),
})

/** What the gateway of a connector is still to forget, as commands; for the session after each hello. */
export const revokesWaiting = async (ctx: OrganizationContext, connectorId: string): Promise<QueuedCommand[]> =>
  (await revokingGrants(ctx, connectorId)).flatMap(({ id, gatewayRef }) =>
    gatewayRef === null ? [] : [revokeCommandOf(ctx, id, gatewayRef)],
  )

/** Lets the gateway forget a grant. A crash before this, or an unreachable session: asked for again at the next hello. */
export const askToForget = async (
  ctx: OrganizationContext,
  { id, connectorId, gatewayRef }: Pick<GrantRow, 'id' | 'connectorId' | 'gatewayRef'>,
): Promise<void> => {
  if (connectorId === null || gatewayRef === null) return
  try {
    await connectorSession(ctx.env, connectorId).enqueue(revokeCommandOf(ctx, id, gatewayRef))
  } catch (error) {
    logFault('grant.revoke-failed', error, { grantId: id })
  }
}

/**
 * The connector answered a `grant.revoke`, or its deadline passed. Done, or gone already: the grant says so, once. What
 * failed stays `revoking`, for everyone to see, and is asked for again at the next hello.
 */
export const grantRevokeAnswered = async (
  ctx: OrganizationContext,
  grantId: string,
  result: Pick<z.infer<typeof CommandResult>, 'ok'> & { failure?: string; detail?: string },
): Promise<void> => {
  if (!result.ok && result.failure !== 'not_found') return
  const grant = await grantById(ctx, grantId)
  if (!grant) return
  await ctx.db.batch([
    moveGatewayStatement(ctx, grantId, ['revoking'], { gateway: 'revoked', gatewayAt: ctx.now().getTime() }),
    synchronisedStatement(ctx, grant, 'revoked'),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

export const synchronisedStatement = (ctx: OrganizationContext, grant: GrantRow, gateway: GrantRow['gateway']) =>
  auditStatement(
    ctx,
    'grant.synchronised',
    { grantId: grant.id, gateway },
    { target: grant.id, agentId: grant.agentId, connectorId: grant.connectorId },
  )
