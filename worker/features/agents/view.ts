import { iso, isoOrNull } from '../../platform/time.ts'
import { agentStanding } from '../health/index.ts'
import type { Agent } from './contract.ts'
import { activityOf } from './rules.ts'
import type { DescribedAgent } from './store.ts'

export const viewAgent = (row: DescribedAgent): Agent => {
  const standing = agentStanding(row, row.connectorHealth, row.nearLimitSince)
  return {
    id: row.id,
    connectorId: row.connectorId,
    connectorName: row.connectorName,
    runtime: 'openclaw',
    externalId: row.externalId,
    name: row.name,
    model: row.model,
    workspace: row.workspace,
    toolsProfile: row.toolsProfile,
    isDefault: row.isDefault,
    state: row.state,
    activity: activityOf(row),
    pendingApprovals: row.pendingApprovals,
    firstSeenAt: iso(row.firstSeenAt),
    lastSeenAt: iso(row.lastSeenAt),
    lastActiveAt: isoOrNull(row.lastActiveAt),
    displayName: row.displayName,
    owner: row.ownerId === null ? null : { id: row.ownerId, name: row.ownerName },
    resourceGroup: row.resourceGroup,
    tags: row.tags,
    version: row.version,
    control: row.stopOrderId !== null ? 'stopped' : row.disabledAt === null ? 'enabled' : 'disabled',
    stop:
      row.stopOrderId === null
        ? null
        : { orderId: row.stopOrderId, at: iso(row.stoppedAt ?? row.lastSeenAt), state: row.stopState ?? 'ordered' },
    disabledAt: isoOrNull(row.disabledAt),
    disabledReason: row.disabledReason,
    health: standing.state,
    healthCauses: standing.causes,
    healthSince: standing.since,
    isFlapping: standing.isFlapping,
  }
}
