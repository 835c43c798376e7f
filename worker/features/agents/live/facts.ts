import type { OrganizationContext } from '../../../platform/context.ts'
import { sealNow, unsealNow } from '../../../platform/seal.ts'
import { forgetFactsStatement, getFact, getFactOfGateway, keepFactStatement } from './store.ts'

interface Whose {
  id: string
  connectorId: string
}

/** How many of each kind of part are kept for one agent; all others stand alone under their name. */
const keptOf = { 'files.get:': 40, 'entry:': 8 } as const

/** Keeps what the gateway said, in place of what it had said before. */
export const keepFact = async (
  ctx: OrganizationContext,
  { id, connectorId }: Whose,
  part: string,
  value: unknown,
  at: number,
): Promise<void> => {
  const { organizationId } = ctx
  const sealed = sealNow(ctx.config, purposeOf(id, part), JSON.stringify(value))
  const keep = keepFactStatement(ctx, { agentId: id, part, organizationId, connectorId, sealed, at })
  const bounded = Object.entries(keptOf).find(([prefix]) => part.startsWith(prefix))
  if (bounded) await ctx.db.batch([keep, forgetFactsStatement(ctx, id, ...bounded)])
  else await keep
}

/** What the gateway said last, and when; undefined when it never did. */
export const factOf = async (
  ctx: OrganizationContext,
  agentId: string,
  part: string,
): Promise<{ value: unknown; at: number } | undefined> => {
  return opened(ctx, part, await getFact(ctx, agentId, part))
}

/** The same, whichever agent of its gateway it was said for. */
export const factOfGateway = async (
  ctx: OrganizationContext,
  connectorId: string,
  part: string,
): Promise<{ value: unknown; at: number } | undefined> => {
  return opened(ctx, part, await getFactOfGateway(ctx, connectorId, part))
}

const opened = (ctx: OrganizationContext, part: string, row: Awaited<ReturnType<typeof getFact>>) =>
  row && { value: JSON.parse(unsealNow(ctx.config, purposeOf(row.agentId, part), row.sealed)), at: row.at }

const purposeOf = (agentId: string, part: string): string => `agent-fact:${agentId}:${part}`
