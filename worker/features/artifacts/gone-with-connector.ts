import type { OrganizationContext } from '../../platform/context.ts'
import { failOrdersStatement } from './backups/store.ts'
import { failDrillsStatement } from './drills/store.ts'
import { lapseRestoresStatement } from './restores/store.ts'
import { forgetScheduleStatement } from './schedules/store.ts'

/** A connector is removed: nothing is made, opened or put back there any more. What was stored stays until it is deleted. */
export const backupsGoneWithConnector = (ctx: OrganizationContext, connectorId: string) =>
  [
    forgetScheduleStatement(ctx, connectorId),
    failOrdersStatement(ctx, connectorId),
    failDrillsStatement(ctx, connectorId),
    lapseRestoresStatement(ctx, connectorId),
  ] as const
