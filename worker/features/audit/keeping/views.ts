import type * as rpc from '../../../../durable-objects/audit-log/archive/rpc.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import type { Hold, Keeping, Restore, Retention } from './contract.ts'

/** What the object answers, with times as the API tells them. */
export const retentionView = (retention: rpc.Retention): Retention => ({
  ...retention,
  changedAt: isoOrNull(retention.changedAt),
})

export const holdView = (hold: rpc.Hold): Hold => ({
  ...hold,
  from: isoOrNull(hold.from),
  to: isoOrNull(hold.to),
  placedAt: iso(hold.placedAt),
  releasedAt: isoOrNull(hold.releasedAt),
})

export const restoreView = (restore: rpc.Restore): Restore => ({
  ...restore,
  from: iso(restore.from),
  to: iso(restore.to),
  askedAt: iso(restore.askedAt),
  until: iso(restore.until),
})

export const keepingView = ({ archive, retention, holds, restores }: rpc.KeepingState): Keeping => ({
  archive: {
    ...archive,
    lastArchivedAt: isoOrNull(archive.lastArchivedAt),
    fault: archive.fault && { ...archive.fault, at: iso(archive.fault.at) },
  },
  retention: retentionView(retention),
  holds: holds.map(holdView),
  restores: restores.map(restoreView),
})
