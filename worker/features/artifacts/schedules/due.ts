import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { handOver, newOrder } from '../backups/order.ts'
import { orderStatement } from '../backups/store.ts'
import { insertDrill } from '../drills/order.ts'
import { removeArtifact } from '../remove.ts'
import { storedOfSchedule } from '../store.ts'
import { nextDaily } from './next.ts'
import { drillBehind, keptBy } from './rules.ts'
import {
  drillOrderedStatement,
  dueDrills,
  dueSchedules,
  orderedStatement,
  sweepDueSchedules,
  sweptStatement,
} from './store.ts'

const atOnce = 50

const systemOf = (ctx: RequestContext, organizationId: string) =>
  actingFor(ctx, organizationId, { kind: 'system', id: 'backups' })

/**
 * Cron: orders each backup that is due where its gateway is there; elsewhere it stays due. Several that were missed are
 * one. The order and the next time commit together, so a minute that runs twice orders once.
 */
export const makeDueBackups = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  for (const { schedule, connectorName } of await dueSchedules(ctx, now, atOnce)) {
    const system = systemOf(ctx, schedule.organizationId)
    const row = newOrder(system, { id: schedule.connectorId, name: connectorName }, { scheduleId: schedule.id })
    const [ordered] = await ctx.db.batch([
      orderStatement(system, row, { dueAt: schedule.nextAt }),
      orderedStatement(system, schedule.id, nextDaily(schedule, now)),
    ])
    if (ordered.meta.changes > 0) await handOver(system, row)
  }
}

/** Cron: has the newest backup opened where it is time for that. */
export const proveDueBackups = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  for (const { schedule, artifactId } of await dueDrills(ctx, now, atOnce)) {
    const { id, organizationId, nextDrillAt, drill } = schedule
    const system = systemOf(ctx, organizationId)
    const moved = await drillOrderedStatement(system, id, nextDrillAt ?? now, drillBehind(drill, now))
    // A crash here leaves one drill out; the next one comes at its time.
    if (moved.meta.changes > 0) await insertDrill(system, artifactId)
  }
}

/**
 * Cron: deletes what no rule of its schedule keeps any more. Only what that schedule made, never the newest, and never
 * the one that was last proven restorable.
 */
export const sweepBackups = async (ctx: RequestContext): Promise<void> => {
  for (const schedule of await sweepDueSchedules(ctx, atOnce)) {
    const system = systemOf(ctx, schedule.organizationId)
    const stored = await storedOfSchedule(system, schedule.id, schedule.connectorId)
    const kept = keptBy(
      schedule,
      stored.map(({ id, madeAt }) => ({ id, at: madeAt })),
    )
    const proven = stored.find(({ provenAt }) => provenAt !== null)
    for (const { id } of stored) {
      if (kept.has(id) || id === proven?.id) continue
      try {
        await removeArtifact(system, id, 'retention')
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        logFault('backups.retention-refused', error, { id })
      }
    }
    await sweptStatement(system, schedule.id)
  }
}
