import type { LedgerStanding } from '../../../durable-objects/cost-ledger/rpc.ts'
import { costLedger } from '../../../durable-objects/cost-ledger/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { iso, isoOrNull } from '../../platform/time.ts'
import { ordersTakenBack } from '../kill-switch/index.ts'
import type { BudgetStanding } from './contract.ts'
import { handOverBudgets } from './hand-over.ts'
import { allowedOf, covers, scopeOf, warnAtOf } from './rules.ts'
import type { BudgetRow } from './schema.ts'
import { runningAgents } from './store.ts'

/** How these stand now, as the ledger says, by their ids. What it has not heard of yet is handed over first. */
export const standingsOf = async (
  ctx: OrganizationContext,
  rows: readonly BudgetRow[],
): Promise<Map<string, BudgetStanding>> => {
  if (rows.length === 0) return new Map()
  if (rows.some(({ handedVersion, version }) => handedVersion < version)) await handOverBudgets(ctx)
  const ledger = costLedger(ctx.env, ctx.organizationId)
  const [standings, running] = await Promise.all([
    ledger.standings(
      ctx.organizationId,
      rows.map(({ id }) => id),
    ),
    runningAgents(ctx),
  ])
  const medians = new Map(
    running.length === 0
      ? []
      : (await ledger.medianCosts(running.map(({ id }) => id))).map((each) => [each.agentId, each.costMicroUsd]),
  )
  const takenBack = await ordersTakenBack(
    ctx,
    standings.flatMap(({ orderIds }) => orderIds),
  )
  const byId = new Map(standings.map((standing) => [standing.budgetId, standing]))
  return new Map(
    rows.flatMap((row) => {
      const standing = byId.get(row.id)
      if (!standing) return []
      const scope = scopeOf(row)
      const covered = running.filter((agent) => covers(scope, agent))
      const going = {
        openRuns: covered.reduce((sum, { openRuns }) => sum + openRuns, 0),
        overshootEstimateMicroUsd: estimateOf(covered, medians),
      }
      return [[row.id, { ...viewStanding(row, standing, takenBack), ...going }]]
    }),
  )
}

/** Null as soon as one of them has a run going on and nobody knows what its runs cost. */
const estimateOf = (
  running: readonly { id: string; openRuns: number }[],
  medians: ReadonlyMap<string, number>,
): number | null => {
  let sum = 0
  for (const { id, openRuns } of running) {
    const median = medians.get(id)
    if (median === undefined) return null
    sum += median * openRuns
  }
  return sum
}

const viewStanding = (row: BudgetRow, standing: LedgerStanding, takenBack: ReadonlySet<string>) => {
  const { orderIds, breaker } = standing
  const isReleased = breaker === 'open' && orderIds.length > 0 && orderIds.every((id) => takenBack.has(id))
  return {
    start: iso(standing.start),
    end: iso(standing.end),
    spentMicroUsd: standing.spent,
    allowedMicroUsd: allowedOf(row, standing),
    addedMicroUsd: standing.added,
    warnAtMicroUsd: warnAtOf(row, standing),
    runs: standing.runs,
    unpricedRuns: standing.unpricedRuns,
    state: standing.isExceeded ? ('exceeded' as const) : standing.isWarned ? ('warned' as const) : ('ok' as const),
    breaker: {
      state: isReleased ? ('released' as const) : breaker,
      since: isoOrNull(standing.since),
      orderIds,
      approvalIds: standing.approvalIds,
    },
  }
}
