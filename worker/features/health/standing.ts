import { iso, isoOrNull } from '../../platform/time.ts'
import type { HealthCauseName, HealthState } from './contract.ts'

interface Own {
  health: HealthState
  healthCauses: HealthCauseName[]
  healthSince: number | null
  isFlapping: boolean
}
type ConnectorRow = Own & { state: 'created' | 'online' | 'offline' | 'paused'; lastSeenAt: number | null }
type AgentRow = Own & { state: 'active' | 'removed'; lastSeenAt: number }

export interface Standing {
  state: HealthState
  causes: HealthCauseName[]
  since: string | null
  isFlapping: boolean
}

const causeOfState = { created: 'never_connected', offline: 'connector_offline', paused: 'connector_paused' } as const

/** How well a connector is: one that is not online is offline, whatever its session judged before. */
export const connectorStanding = (row: ConnectorRow): Standing => {
  if (row.state === 'online') return standing(row)
  const since = row.health === 'offline' ? row.healthSince : row.lastSeenAt
  return {
    state: 'offline',
    causes: [causeOfState[row.state]],
    since: isoOrNull(since),
    isFlapping: row.isFlapping,
  }
}

/**
 * How well an agent is: as well as its own runs, its jobs and the budgets that cover it say (`nearLimitSince`: since when
 * one of these is at or over its warning), and never better than the connector on which it depends.
 * Offline is derived, so that a connector with thousands of agents goes offline in one row. Null: the connector is gone.
 */
export const agentStanding = (
  agent: AgentRow,
  connector: ConnectorRow | null,
  nearLimitSince: number | null,
): Standing => {
  if (agent.state === 'removed' || connector === null)
    return { state: 'offline', causes: ['removed'], since: iso(agent.lastSeenAt), isFlapping: false }
  const [own, theirs] = [standing(agent), connectorStanding(connector)]
  if (theirs.state === 'offline') return theirs
  const budgets: Standing = {
    state: nearLimitSince === null ? 'healthy' : 'degraded',
    causes: nearLimitSince === null ? [] : ['budget'],
    since: isoOrNull(nearLimitSince),
    isFlapping: false,
  }
  const unwell = [own, budgets, theirs].filter(({ state }) => state !== 'healthy')
  const sinces = (unwell.length > 0 ? unwell : [own, theirs])
    .flatMap(({ since }) => (since === null ? [] : [since]))
    .sort()
  return {
    state: unwell.length > 0 ? 'degraded' : 'healthy',
    causes: [...own.causes, ...budgets.causes, ...theirs.causes],
    // Unwell since the first of both became so, well since the last of both did.
    since: (unwell.length > 0 ? sinces[0] : sinces.at(-1)) ?? null,
    isFlapping: own.isFlapping || theirs.isFlapping,
  }
}

const standing = ({ health, healthCauses, healthSince, isFlapping }: Own): Standing => ({
  state: health,
  causes: healthCauses,
  since: isoOrNull(healthSince),
  isFlapping,
})
