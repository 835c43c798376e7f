import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { coveringGrant } from '../../grants/index.ts'
import { isGrantable } from '../decision/rules.ts'
import { factsOf } from '../facts.ts'
import { type ReadApproval, readingManyStatement } from '../reading/store.ts'
import type { ApprovalStatistics } from './contract.ts'
import { alwaysAllowed, deliveryFigures, interruptionFigures, outcomeFigures, voteFigures } from './store.ts'

const dayMs = 86_400_000
/** As often as something has to be asked and allowed before a grant is proposed for it. */
const askedLeast = 5
const proposalsMax = 20

/** How approvals went in the last days, whom they interrupted how often, and what need not be asked any more. */
export const approvalStatistics = async (ctx: OrganizationContext, days: number): Promise<ApprovalStatistics> => {
  const to = ctx.now().getTime()
  const range = { from: to - days * dayMs, to }
  const [outcomes, [toShown], [toDecided], [toEffective], shown, voted, candidates] = await ctx.db.batch([
    outcomeFigures(ctx, range),
    ...deliveryFigures(ctx, range),
    interruptionFigures(ctx, range),
    voteFigures(ctx, range),
    alwaysAllowed(ctx, range, askedLeast, 2 * proposalsMax),
  ])
  const [figures] = outcomes
  if (!figures || !toShown || !toDecided || !toEffective) throw new Error('an aggregate without a row')
  const { total, ...byOutcome } = figures
  return {
    from: iso(range.from),
    to: iso(range.to),
    total,
    byOutcome,
    delivery: { toShown, toDecided, toEffective },
    people: peopleOf(shown, voted),
    proposals: await proposalsOf(ctx, candidates),
  }
}

type Shown = Awaited<ReturnType<typeof interruptionFigures>>
type Voted = Awaited<ReturnType<typeof voteFigures>>

const peopleOf = (shown: Shown, voted: Voted): ApprovalStatistics['people'] => {
  const people = new Map(
    voted.map(({ userId, name, decided, allowed, medianMs }) => [
      userId,
      { userId, name, shown: 0, decided, allowed, medianMs },
    ]),
  )
  for (const { userId, name, shown: count } of shown) {
    const known = people.get(userId) ?? { userId, name, decided: 0, allowed: 0, medianMs: null }
    people.set(userId, { ...known, shown: count })
  }
  return [...people.values()].sort((a, b) => b.shown - a.shown || b.decided - a.decided)
}

/** Those that a grant could answer, and none does yet. */
const proposalsOf = async (
  ctx: OrganizationContext,
  candidates: Awaited<ReturnType<typeof alwaysAllowed>>,
): Promise<ApprovalStatistics['proposals']> => {
  const ids = candidates.map(({ newest }) => newest)
  const newest = ids.length === 0 ? [] : await readingManyStatement(ctx, ids).run()
  const examples = new Map(newest.map((approval) => [approval.id, approval]))
  const open = await Promise.all(
    candidates.map(async ({ pattern, newest: id, asked, allowed }) => {
      const approval = examples.get(id)
      if (!approval || !(await needsGrant(ctx, approval))) return []
      const { agentId, seen, command, risk } = approval
      const agentName = seen.agent.name === '' ? null : seen.agent.name
      return [{ pattern, agentId, agentName, example: { approvalId: id, command, risk }, asked, allowed }]
    }),
  )
  return open.flat().slice(0, proposalsMax)
}

const needsGrant = async (ctx: OrganizationContext, approval: ReadApproval): Promise<boolean> =>
  approval.ask !== null && isGrantable(approval.ask) && (await coveringGrant(ctx, factsOf(approval))) === null
