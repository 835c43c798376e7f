import type { z } from 'zod'
import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { Connector, CreatedConnector, RenameConnector } from './contract.ts'
import { connectCommand } from './create.ts'
import { enterStateStatement, getConnector, updateConnectorStatement } from './store.ts'
import { newConnectorToken } from './token.ts'
import { viewConnector } from './view.ts'

export const renameConnector = async (
  ctx: OrganizationContext,
  id: string,
  { name }: z.infer<typeof RenameConnector>,
): Promise<Connector> => {
  const before = await getConnector(ctx, id)
  if (before.name !== name) {
    await ctx.db.batch([
      updateConnectorStatement(ctx, id, { name }),
      auditStatement(ctx, 'connector.renamed', { name }, { target: id, connectorId: id }),
    ])
    await drainSoon(ctx, ctx.organizationId)
  }
  return viewConnector({ ...before, name })
}

/** Replaces the token. The old one stops working at once, and a socket that came with it is closed. */
export const rotateConnectorToken = async (ctx: OrganizationContext, id: string): Promise<CreatedConnector> => {
  const { token, tokenDigest, tokenHint } = newConnectorToken(id)
  const [changed] = await ctx.db.batch([
    updateConnectorStatement(ctx, id, { tokenDigest, tokenHint }),
    auditStatement(ctx, 'connector.token-rotated', {}, { target: id, connectorId: id, risk: 'medium' }),
  ])
  if (changed.meta.changes === 0) throw notFound('Connector')
  await connectorSession(ctx.env, id).hangUp('rotated')
  await drainSoon(ctx, ctx.organizationId)
  return { connector: viewConnector(await getConnector(ctx, id)), token, command: connectCommand(ctx, token) }
}

/** Refuses the connector until it is resumed. It keeps its events on its own disk meanwhile. */
export const pauseConnector = async (ctx: OrganizationContext, id: string): Promise<Connector> => {
  await getConnector(ctx, id)
  await ctx.db.batch([
    enterStateStatement(ctx, id, ['created', 'online', 'offline'], { state: 'paused' }),
    auditStatement(ctx, 'connector.paused', {}, { target: id, connectorId: id, risk: 'medium' }),
  ])
  await connectorSession(ctx.env, id).hangUp('paused')
  await drainSoon(ctx, ctx.organizationId)
  return viewConnector(await getConnector(ctx, id))
}

export const resumeConnector = async (ctx: OrganizationContext, id: string): Promise<Connector> => {
  const before = await getConnector(ctx, id)
  await ctx.db.batch([
    enterStateStatement(ctx, id, ['paused'], { state: before.connectedAt === null ? 'created' : 'offline' }),
    auditStatement(ctx, 'connector.resumed', {}, { target: id, connectorId: id }),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return viewConnector(await getConnector(ctx, id))
}

/** Asks the connector to list agents and pending approvals again; what it finds arrives as events. */
export const syncConnector = async (ctx: OrganizationContext, id: string): Promise<Connector> => {
  const connector = await getConnector(ctx, id)
  const sent = connector.state === 'online' && (await connectorSession(ctx.env, id).sync())
  if (!sent) throw new AppError('unavailable', 'The connector is not online.', { context: { state: connector.state } })
  return viewConnector(connector)
}
