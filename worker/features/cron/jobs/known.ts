import type { OrganizationContext } from '../../../platform/context.ts'
import { isoOrNull } from '../../../platform/time.ts'
import type { AnswerTo, CronJob } from '../../connectors/link/questions/contract.ts'
import type { JobRow } from '../schema.ts'
import { jobsOfAgent, listedAt } from './store.ts'
import { versionOf } from './view.ts'

/** As many as a gateway tells at once of one agent. */
const jobsMax = 300

/**
 * The jobs of an agent as its gateway told them last, by itself, and of when that is; null while it never told a whole
 * list: then nobody can say that there are no others.
 */
export const jobsKnown = async (
  ctx: OrganizationContext,
  agent: { id: string; externalId: string; connectorId: string },
): Promise<(Omit<AnswerTo<'cron.list'>, 'question'> & { at: number }) | null> => {
  const listed = await listedAt(ctx, agent.connectorId)
  if (listed === undefined) return null
  const rows = await jobsOfAgent(ctx, agent.id, jobsMax + 1)
  return {
    jobs: rows.slice(0, jobsMax).map((row) => jobOf(ctx, row, agent.externalId)),
    isComplete: rows.length <= jobsMax,
    at: Math.max(listed, ...rows.map(({ seenAt }) => seenAt)),
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
