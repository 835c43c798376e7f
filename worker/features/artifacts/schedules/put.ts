import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { BackupScheduleRow } from '../schema.ts'
import { connectorRow } from '../store.ts'
import type { BackupSchedule, PutBackupSchedule } from './contract.ts'
import { nextDaily } from './next.ts'
import { changeScheduleStatement, insertScheduleStatement, scheduleRow } from './store.ts'

/** What is proposed to who has none. */
const proposal = {
  isEnabled: false,
  at: '03:30',
  timeZone: 'UTC',
  keepDaily: 7,
  keepWeekly: 4,
  keepMonthly: 6,
  drill: 'weekly',
} as const

export const getSchedule = async (ctx: OrganizationContext, connectorId: string): Promise<BackupSchedule> => {
  await connectorRow(ctx, connectorId)
  const row = await scheduleRow(ctx, connectorId)
  if (row) return viewSchedule(row)
  const none = { id: null, version: 0, changedAt: null, changedByName: null, nextAt: null, nextDrillAt: null }
  return { ...none, connectorId, ...proposal }
}

/**
 * Replaces the schedule of a connector, if the caller has seen the newest (version 0: there is none). Throws
 * `precondition_failed` with the present one when somebody was faster. The next backup is due at the next such time.
 */
export const putSchedule = async (
  ctx: OrganizationContext,
  connectorId: string,
  seen: number,
  wanted: PutBackupSchedule,
): Promise<BackupSchedule> => {
  await connectorRow(ctx, connectorId)
  const before = await scheduleRow(ctx, connectorId)
  const now = ctx.now().getTime()
  const nextAt = nextDaily(wanted, now)
  const id = before?.id ?? ctx.newId('bks')
  const change = {
    ...wanted,
    version: seen + 1,
    changedAt: now,
    changedByName: ctx.actorName,
    nextAt,
    // The first one as soon as there is something to open.
    nextDrillAt: wanted.drill === 'never' ? null : (before?.nextDrillAt ?? now),
    isSweepDue: true,
  }
  const [{ meta }] = await ctx.db.batch([
    seen === 0
      ? insertScheduleStatement(ctx, { id, organizationId: ctx.organizationId, connectorId, ...change })
      : changeScheduleStatement(ctx, connectorId, seen, change),
    auditStatement(
      ctx,
      'backup.schedule-changed',
      { scheduleId: id, version: seen + 1, ...wanted },
      { target: id, connectorId, risk: 'medium' },
    ),
  ])
  if (meta.changes === 0)
    throw new AppError('precondition_failed', 'Somebody has changed the schedule since.', {
      context: { schedule: await getSchedule(ctx, connectorId) },
    })
  await drainSoon(ctx, ctx.organizationId)
  return getSchedule(ctx, connectorId)
}

export const viewSchedule = (row: BackupScheduleRow): BackupSchedule => ({
  id: row.id,
  connectorId: row.connectorId,
  isEnabled: row.isEnabled,
  at: row.at,
  timeZone: row.timeZone,
  keepDaily: row.keepDaily,
  keepWeekly: row.keepWeekly,
  keepMonthly: row.keepMonthly,
  drill: row.drill,
  version: row.version,
  changedAt: iso(row.changedAt),
  changedByName: row.changedByName,
  nextAt: row.isEnabled ? iso(row.nextAt) : null,
  nextDrillAt: row.isEnabled ? isoOrNull(row.nextDrillAt) : null,
})
