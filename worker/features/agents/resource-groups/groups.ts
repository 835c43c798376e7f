import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { followGroupStatements, handOverBudgets } from '../../budgets/index.ts'
import type { ResourceGroup } from './contract.ts'
import { groupRows, regroupStatement } from './store.ts'

/** At most this many are told; the names are people's, and nobody looks through more. */
const groupsMax = 1_000

/** Every group that an agent is in, by name. */
export const listGroups = async (ctx: OrganizationContext): Promise<{ items: ResourceGroup[] }> => ({
  items: await groupRows(ctx, groupsMax),
})

/** Gives all its agents another group, which its budgets follow. Throws `conflict` where that group is there already: joining two is no renaming. */
export const renameGroup = async (ctx: OrganizationContext, from: string, to: string): Promise<{ agents: number }> => {
  const groups = await groupRows(ctx, groupsMax)
  const agents = sizeOf(groups, from)
  if (from === to) return { agents: 0 }
  if (groups.some(({ name }) => name === to)) throw new AppError('conflict', `There is a group ${to} already.`)
  await ctx.db.batch([
    regroupStatement(ctx, from, to),
    auditStatement(ctx, 'agent.group-renamed', { from, to, agents }, { target: to }),
    ...(await followGroupStatements(ctx, from, to)),
  ])
  // Committed. A crash before the ledger hears of it leaves that to cron, and to whoever reads the budget.
  await handOverBudgets(ctx)
  await drainSoon(ctx, ctx.organizationId)
  return { agents }
}

/** Takes all its agents out of it; the agents stay. */
export const removeGroup = async (ctx: OrganizationContext, name: string): Promise<{ agents: number }> => {
  const agents = sizeOf(await groupRows(ctx, groupsMax), name)
  await ctx.db.batch([
    regroupStatement(ctx, name, null),
    auditStatement(ctx, 'agent.group-removed', { name, agents }, { target: name, risk: 'medium' }),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return { agents }
}

const sizeOf = (groups: ResourceGroup[], wanted: string): number => {
  const group = groups.find(({ name }) => name === wanted)
  if (!group) throw notFound('Resource group')
  return group.agents
}
