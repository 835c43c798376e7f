import type { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { CreateConnector, CreatedConnector } from './contract.ts'
import { getConnector, insertConnectorStatement } from './store.ts'
import { newConnectorToken } from './token.ts'
import { viewConnector } from './view.ts'

/** Creates a connector and answers its token, which nobody can read again. */
export const createConnector = async (
  ctx: OrganizationContext,
  { name }: z.infer<typeof CreateConnector>,
): Promise<CreatedConnector> => {
  const id = ctx.newId('con')
  const { token, tokenDigest, tokenHint } = newConnectorToken(id)
  await ctx.db.batch([
    insertConnectorStatement(ctx, {
      id,
      organizationId: ctx.organizationId,
      name,
      tokenDigest,
      tokenHint,
      createdAt: ctx.now().getTime(),
    }),
    auditStatement(ctx, 'connector.created', { name }, { target: id, connectorId: id, risk: 'medium' }),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return { connector: viewConnector(await getConnector(ctx, id)), token, command: connectCommand(ctx, token) }
}

/** What a person pastes on the gateway's machine. */
export const connectCommand = (ctx: OrganizationContext, token: string) =>
  `npx clawbutler connect --server ${ctx.config.publicUrl} --token ${token}`
