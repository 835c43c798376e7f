import { iso, isoOrNull } from '../../platform/time.ts'
import { AgentStop } from '../connectors/link/stops/contract.ts'
import type { KilledAgent, KillOrder, KillTarget } from './contract.ts'
import { orderState, reachOf, tallyOf, whereabouts } from './rules.ts'
import type { KilledAgentRow, KillOrderRow } from './schema.ts'
import type { JoinedTarget } from './targets/store.ts'

type Counts = { orderId: string; connectorId: string; state: string; count: number }[]

export const viewTarget = ({ target, connector }: JoinedTarget, counts: Counts): KillTarget => {
  const tally = tallyOf(
    counts.filter(({ orderId, connectorId }) => orderId === target.orderId && connectorId === target.connectorId),
  )
  const since = (at: number | null) => (at === null ? null : at - target.orderedAt)
  const { remedy, ...where } = whereabouts(reachOf(connector))
  return {
    connectorId: target.connectorId,
    connectorName: connector?.name ?? '',
    ...where,
    remedy: target.state === 'confirmed' || target.state === 'recovered' ? null : (remedy ?? remedyOf(target.failure)),
    state: target.state,
    isAll: target.isAll,
    ...tally,
    orderedAt: iso(target.orderedAt),
    deliveredAt: isoOrNull(target.deliveredAt),
    confirmedAt: isoOrNull(target.confirmedAt),
    recoveredAt: isoOrNull(target.recoveredAt),
    deliveredMs: since(target.deliveredAt),
    confirmedMs: since(target.confirmedAt),
    failure: target.failure,
    detail: target.detail,
  }
}

const remedyOf = (failure: string | null): string | null => {
  if (failure === null) return null
  if (failure === 'read_only') return whereabouts('no_group').remedy
  if (failure === 'removed') return whereabouts('gone').remedy
  return 'The connector goes on trying; the steps of each agent tell what stands in the way.'
}

export const viewOrder = (row: KillOrderRow, joined: JoinedTarget[], counts: Counts): KillOrder => {
  const targets = joined.filter(({ target }) => target.orderId === row.id).map((each) => viewTarget(each, counts))
  const last = Math.max(...targets.map(({ confirmedMs }) => confirmedMs ?? Number.NaN))
  return {
    id: row.id,
    scope: { kind: row.scopeKind, ref: row.scopeRef, name: row.scopeName },
    reason: row.reason,
    policy: row.policy,
    state: orderState(row, targets),
    orderedBy: { id: row.orderedById, name: row.orderedByName },
    budgetId: row.budgetId,
    orderedAt: iso(row.orderedAt),
    confirmedMs: targets.length > 0 && Number.isFinite(last) ? last : null,
    recovery:
      row.recoverAt === null
        ? null
        : {
            by: { id: row.recoverById ?? '', name: row.recoverByName ?? '' },
            at: iso(row.recoverAt),
            reason: row.recoverReason ?? '',
          },
    endedAt: isoOrNull(row.endedAt),
    tally: tallyOf(counts.filter(({ orderId }) => orderId === row.id)),
    targets,
  }
}

export const viewKilled = ({
  killed,
  name,
  displayName,
}: {
  killed: KilledAgentRow
  name: string | null
  displayName: string | null
}): KilledAgent => {
  const told = killed.told === null ? null : AgentStop.parse(JSON.parse(killed.told))
  return {
    connectorId: killed.connectorId,
    externalId: killed.externalId,
    agentId: killed.agentId,
    name: displayName ?? name ?? killed.externalId,
    state: killed.state,
    at: iso(killed.at),
    steps: told?.steps ?? [],
    record: told?.record ?? null,
    isRefused: told?.isRefused ?? false,
    abortedRuns: told?.abortedRuns ?? 0,
    abortedMs: told?.abortedMs ?? null,
    confirmedMs: told?.confirmedMs ?? null,
    differs: told?.differs ?? [],
    brokenCount: killed.brokenCount,
    brokenAt: isoOrNull(killed.brokenAt),
  }
}
