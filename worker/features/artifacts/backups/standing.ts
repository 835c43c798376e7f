import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { lastDrills } from '../drills/store.ts'
import { viewDrill } from '../drills/view.ts'
import { reachOf } from '../rules.ts'
import { viewSchedule } from '../schedules/put.ts'
import { scheduleRows } from '../schedules/store.ts'
import type { ArtifactRow } from '../schema.ts'
import { viewArtifact } from '../view.ts'
import type { BackupStanding } from './contract.ts'
import { connectorsOf, newestArtifacts } from './store.ts'

/** Cron has a minute, and a connector that was just greeted another one. */
const lateAfterMs = 5 * 60_000

/** How it stands with the backups of each connector, or of one. */
export const backupStandings = async (
  ctx: OrganizationContext,
  { connectorId }: { connectorId?: string | undefined },
): Promise<{ items: BackupStanding[] }> => {
  const connectors = await connectorsOf(ctx, connectorId)
  const ids = connectors.map(({ id }) => id)
  const [schedules, open, stored, proven, failed, drills] = await Promise.all([
    scheduleRows(ctx, ids),
    newestArtifacts(ctx, ids, 'open'),
    newestArtifacts(ctx, ids, 'stored'),
    newestArtifacts(ctx, ids, 'proven'),
    newestArtifacts(ctx, ids, 'failed'),
    lastDrills(ctx, ids),
  ])
  const now = ctx.now().getTime()
  const items = connectors.map((connector) => {
    const { id } = connector
    const schedule = schedules.find((row) => row.connectorId === id)
    const isLate = schedule?.isEnabled === true && schedule.nextAt < now - lateAfterMs && !open.has(id)
    const [last, failure, drill] = [stored.get(id), failed.get(id), drills.get(id)]
    return {
      connectorId: id,
      connectorName: connector.name,
      reach: reachOf(connector),
      schedule: schedule ? viewSchedule(schedule) : null,
      lateSince: isLate ? iso(schedule.nextAt) : null,
      open: viewed(open.get(id)),
      lastStored: viewed(last),
      lastProven: viewed(proven.get(id)),
      lastFailed: viewed(failure && (!last || last.id < failure.id) ? failure : undefined),
      lastDrill: drill ? viewDrill(drill) : null,
    }
  })
  return { items }
}

const viewed = (row: ArtifactRow | undefined) => (row ? viewArtifact(row) : null)
