import type { OrganizationContext } from '../../../platform/context.ts'
import { isoOrNull } from '../../../platform/time.ts'
import type { AnswerTo, CronJob } from '../../connectors/link/questions/contract.ts'
import type { JobRow } from '../schema.ts'
import { jobsOfAgent, listedAt } from './store.ts'
import { versionOf } from './view.ts'

/** As many as a gateway tells at once of one agent. */
const jobsMax = 300

/**
 * The jobs of an agent as its gateway told them last, by itself, and of when that is. While it never told a whole list
 * there may be others; null while it told none of the agent's either, since nobody can say that it has none.
 */
export const jobsKnown = async (
  ctx: OrganizationContext,
  agent: { id: string; externalId: string; connectorId: string },
): Promise<(Omit<AnswerTo<'cron.list'>, 'question'> & { at: number }) | null> => {
  const listed = await listedAt(ctx, agent.connectorId)
  const rows = await jobsOfAgent(ctx, agent.id, jobsMax + 1)
  if (listed === undefined && rows.length === 0) return null
  return {
    jobs: rows.slice(0, jobsMax).map((row) => jobOf(ctx, row, agent.externalId)),
    isComplete: listed !== undefined && rows.length <= jobsMax,
    at: Math.max(listed ?? 0, ...rows.map(({ seenAt }) => seenAt)),
  }
}

const jobOf = (ctx: OrganizationContext, row: JobRow, agent: string): CronJob => {
  const { name, schedule, message, isEnabled } = versionOf(ctx, row)
  return {
    ...{ id: row.externalId, name, description: row.description, agent, isEnabled, isManaged: row.isManaged },
    ...{ schedule, payload: { kind: row.payloadKind, message }, sessionTarget: row.sessionTarget },
    ...{ revision: row.revision, nextRunAt: isoOrNull(row.nextRunAt), lastRunAt: isoOrNull(row.lastRunAt) },
    ...{ lastStatus: row.lastStatus, lastError: row.lastError, consecutiveErrors: row.consecutiveFailures },
    ...{ runningSince: isoOrNull(row.runningSince), isAutoDisabled: row.isAutoDisabled },
  }
}
