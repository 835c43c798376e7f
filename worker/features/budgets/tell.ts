import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { iso } from '../../platform/time.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { happeningCauses, happeningKinds, limitActions } from './contract.ts'
import { happeningStatement } from './store.ts'

/** What became of a budget, as the ledger wrote it down; its id keeps it one. */
const Happening = z.object({
  id: z.string(),
  budgetId: z.string(),
  budgetName: z.string(),
  agentId: z.string().nullable(),
  at: z.number(),
  kind: z.enum(happeningKinds),
  because: z.enum(happeningCauses),
  action: z.enum([...limitActions, 'none']).nullable(),
  periodStart: z.number(),
  version: z.number(),
  spentMicroUsd: z.number(),
  allowedMicroUsd: z.number(),
  amountMicroUsd: z.number().nullable(),
  reason: z.string().nullable(),
  approvalId: z.string().nullable(),
  by: z.object({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
})
export type Happening = z.infer<typeof Happening>

export const readHappening = (body: string): Happening => Happening.parse(JSON.parse(body))

const risks = { warned: 'medium', exceeded: 'high', overridden: 'high', reset: 'high' } as const

/** Puts a happening into the budget's history and the audit, together and once. */
export const tellHappening = async (ctx: OrganizationContext, happening: Happening): Promise<void> => {
  const { kind, by } = happening
  const row = happeningStatement(ctx, rowOf(happening))
  // That an approval was refused stands in the audit as the approval's own event.
  if (kind === 'refused') await row
  else
    await ctx.db.batch([
      row,
      eventOf(ctx, happening, {
        target: happening.budgetId,
        agentId: happening.agentId,
        risk: risks[kind],
        ...(by && { actor: { kind: actorKind(by.kind), id: by.id } }),
      }),
    ])
  await drainSoon(ctx, ctx.organizationId)
}

type Facts = NonNullable<Parameters<typeof auditStatement>[3]>

const eventOf = (ctx: OrganizationContext, happening: Happening, facts: Facts) => {
  const { kind, because, reason, amountMicroUsd, approvalId, version, spentMicroUsd, allowedMicroUsd } = happening
  const spent = {
    name: happening.budgetName,
    periodStart: iso(happening.periodStart),
    spentMicroUsd,
    allowedMicroUsd,
    version,
  }
  if (kind === 'warned') return auditStatement(ctx, 'budget.warned', spent, facts)
  if (kind === 'exceeded')
    return auditStatement(ctx, 'budget.exceeded', { ...spent, because, action: happening.action ?? 'none' }, facts)
  if (kind === 'reset') return auditStatement(ctx, 'budget.reset', { ...spent, because, reason }, facts)
  const raised = { ...spent, amountMicroUsd: amountMicroUsd ?? 0, because, reason, approvalId }
  return auditStatement(ctx, 'budget.overridden', raised, facts)
}

const actorKind = (kind: string) => (kind === 'member' || kind === 'api_key' ? kind : 'system')

const rowOf = ({ budgetName: _name, agentId: _agent, by, ...row }: Happening) => ({
  ...row,
  byKind: by?.kind ?? null,
  byId: by?.id ?? null,
  byName: by?.name ?? null,
})
