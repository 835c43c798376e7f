import type { z } from 'zod'
import { type Actor, actingFor, type OrganizationContext, type RequestContext } from '../../platform/context.ts'
import { digestOf, sameSecret } from '../../platform/secrets.ts'
import { auditStatement, drainSoon, recordStatement } from '../audit/index.ts'
import { isFirst, perAccount } from '../rate-limits/index.ts'
import type { ConnectorHello } from './link/contract.ts'
import type { ConnectorRow } from './schema.ts'
import { connectorOfAny, connectorStatement, enterStateStatement, updateConnectorStatement } from './store.ts'
import { connectorIdOf } from './token.ts'

/** What a connector does, it does as itself, in the organization that created it. */
export const connectorContext = (
  ctx: RequestContext,
  organizationId: string,
  connectorId: string,
): OrganizationContext => {
  const actor: Actor = { kind: 'connector', id: connectorId }
  return actingFor(ctx, organizationId, actor)
}

/** The connector that a token opens; undefined for every token that opens none. */
export const connectorByToken = async (ctx: RequestContext, token: string) => {
  const id = connectorIdOf(token)
  if (id === undefined) return undefined
  const connector = await connectorOfAny(ctx, id)
  if (connector === undefined || sameSecret(connector.tokenDigest, digestOf(token))) return connector
  ctx.waitUntil(tellRefused(ctx, connector))
  return undefined
}

/** A token that names a connector and does not open it: one that was replaced, or somebody tries. */
const tellRefused = async (ctx: RequestContext, { id, organizationId }: ConnectorRow): Promise<void> => {
  if (!(await isFirst(ctx, perAccount('connector-refused', id, 1, 10)))) return
  const within = actingFor(ctx, organizationId, { kind: 'anonymous', id: ctx.ipAddress })
  const facts = { target: id, connectorId: id, risk: 'medium' } as const
  await within.db.batch([recordStatement(within, 'connector.refused', {}, facts)])
  await drainSoon(within, organizationId)
}

export type Admitted = { ok: true; name: string } | { ok: false; because: 'paused' | 'removed' | 'rotated' }

/**
 * The socket said hello: the connector is online. Twice is once, but for what the hello says about itself. Refused when
 * the connector was paused or removed, or its token replaced, since the socket was opened.
 */
export const connectorCameOnline = async (
  ctx: OrganizationContext,
  id: string,
  tokenDigest: string,
  hello: z.infer<typeof ConnectorHello>,
): Promise<Admitted> => {
  const now = ctx.now().getTime()
  const about = {
    version: hello.version,
    platform: hello.platform,
    groups: hello.groups,
    gatewayConnected: hello.runtime.connected,
    gatewayVersion: hello.runtime.version,
    gatewayBootId: hello.runtime.bootId,
    gatewayDetail: null,
    clockSkewMs: Date.parse(hello.clock) - now,
    lastSeenAt: now,
  }
  const [, , , [connector]] = await ctx.db.batch([
    enterStateStatement(ctx, id, ['created', 'offline'], { state: 'online', connectedAt: now }, tokenDigest),
    auditStatement(
      ctx,
      'connector.online',
      { version: hello.version, runtimeVersion: hello.runtime.version },
      { target: id, connectorId: id },
    ),
    enterStateStatement(ctx, id, ['online'], about, tokenDigest),
    connectorStatement(ctx, id),
  ])
  await drainSoon(ctx, ctx.organizationId)
  if (!connector) return { ok: false, because: 'removed' }
  if (connector.state === 'paused') return { ok: false, because: 'paused' }
  if (connector.tokenDigest !== tokenDigest) return { ok: false, because: 'rotated' }
  return { ok: true, name: connector.name }
}

/** The socket is gone, for one of the causes of `connector.offline`. A paused connector stays paused. */
export const connectorWentOffline = async (
  ctx: OrganizationContext,
  id: string,
  cause: 'silent' | 'closed' | 'fault' | 'paused' | 'removed' | 'rotated',
  detail: string,
  lastSeenAt: number,
): Promise<void> => {
  await ctx.db.batch([
    enterStateStatement(ctx, id, ['online'], { state: 'offline' }),
    auditStatement(
      ctx,
      'connector.offline',
      { cause, detail },
      { target: id, connectorId: id, risk: cause === 'silent' || cause === 'fault' ? 'medium' : 'low' },
    ),
    updateConnectorStatement(ctx, id, { lastSeenAt, gatewayConnected: false }),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

/** The gateway behind the connector came or went. */
export const gatewayStateChanged = (
  ctx: OrganizationContext,
  id: string,
  state: { connected: boolean; version: string | null; bootId: string | null; detail: string | null },
) =>
  updateConnectorStatement(ctx, id, {
    gatewayConnected: state.connected,
    gatewayDetail: state.detail,
    lastSeenAt: ctx.now().getTime(),
    ...(state.version !== null && { gatewayVersion: state.version }),
    ...(state.bootId !== null && { gatewayBootId: state.bootId }),
  })

/** A frame broke the protocol: the socket is closed, and what came is told without being kept. */
export const connectorBrokeProtocol = async (
  ctx: OrganizationContext,
  id: string,
  fault: string,
  detail: string,
): Promise<void> => {
  await ctx.db.batch([
    recordStatement(ctx, 'connector.fault', { fault, detail }, { target: id, connectorId: id, risk: 'medium' }),
  ])
  await drainSoon(ctx, ctx.organizationId)
}
