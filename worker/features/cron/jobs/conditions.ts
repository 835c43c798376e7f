import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { cronJobs } from '../schema.ts'

export const own = (ctx: OrganizationContext) => eq(cronJobs.organizationId, ctx.organizationId)

export const isPresent = eq(cronJobs.state, 'present')
export const isFailing = and(isPresent, eq(cronJobs.isEnabled, true), isNotNull(cronJobs.failingSince))
export const isMissed = and(isPresent, eq(cronJobs.isEnabled, true), sql`${cronJobs.missedAt} = ${cronJobs.nextRunAt}`)
