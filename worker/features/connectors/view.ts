import { iso, isoOrNull } from '../../platform/time.ts'
import { connectorStanding } from '../health/index.ts'
import type { Connector } from './contract.ts'
import type { CountedConnector } from './store.ts'

export const viewConnector = (row: CountedConnector): Connector => {
  const standing = connectorStanding(row)
  return {
    id: row.id,
    name: row.name,
    runtime: 'openclaw',
    state: row.state,
    gateway: {
      connected: row.state === 'online' && row.gatewayConnected,
      version: row.gatewayVersion,
      bootId: row.gatewayBootId,
      detail: row.gatewayDetail,
    },
    version: row.version,
    platform: row.platform,
    groups: row.groups,
    agents: row.agents,
    health: standing.state,
    healthCauses: standing.causes,
    healthSince: standing.since,
    isFlapping: standing.isFlapping,
    clockSkewMs: row.clockSkewMs,
    tokenHint: row.tokenHint,
    createdAt: iso(row.createdAt),
    connectedAt: isoOrNull(row.connectedAt),
    lastSeenAt: isoOrNull(row.lastSeenAt),
  }
}
