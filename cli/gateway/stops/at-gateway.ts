import { z } from 'zod'
import type { AnswerTo } from '../../../worker/features/connectors/link/questions/contract.ts'
import { statusOf } from '../../plugin/at-gateway.ts'
import { JobRow } from '../management/cron.ts'
import type { GatewaySession } from '../session.ts'

const label = z.string().nullish().catch(null)
const Rows = z.object({ sessions: z.array(z.object({ key: z.string(), spawnedBy: label, parentSessionKey: label })) })
const sessionsMax = 1_000
const pageSize = 200
const pagesMax = 50
export type ActiveSession = { key: string; parent: string | null }

/** Whose session that is; keys are `agent:<id>:…`, sub-agents' too. */
export const agentOfSession = (key: string): string | null => /^agent:([^:]+):/.exec(key)?.[1] ?? null

/** Sessions with a run that is going on or queued, of all agents. */
export async function activeSessions(session: GatewaySession): Promise<ActiveSession[]> {
  const { sessions } = await session.call('sessions.list', { activeOnly: true, limit: sessionsMax }, Rows, 60_000)
  return sessions.map(({ key, spawnedBy, parentSessionKey }) => ({
    key,
    parent: spawnedBy ?? parentSessionKey ?? null,
  }))
}

/**
 * Which of the sessions belong to these agents: their own, and what those started under other agents, however deep. What
 * an agent had others do for it is its doing as well.
 */
export function sessionsOf(all: readonly ActiveSession[], isStopped: (agent: string) => boolean): ActiveSession[] {
  const found = new Map<string, ActiveSession>()
  const belongs = (key: string | null) => key !== null && (found.has(key) || isStopped(agentOfSession(key) ?? ''))
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const each of all) if (belongs(each.key) || belongs(each.parent)) found.set(each.key, each)
  }
  return [...found.values()]
}

const JobPage = z.object({
  jobs: z.array(JobRow),
  hasMore: z.boolean().catch(false),
  nextOffset: z.number().int().positive().nullish().catch(null),
})

/** Every scheduled job of the gateway, managed ones and those that are switched off too. */
export async function allJobs(session: GatewaySession): Promise<JobRow[]> {
  const rows: JobRow[] = []
  let offset: number | null = 0
  for (let page = 0; offset !== null && page < pagesMax; page++) {
    const params = { includeDisabled: true, limit: pageSize, ...(offset > 0 ? { offset } : {}) }
    const answer: z.infer<typeof JobPage> = await session.call('cron.list', params, JobPage, 60_000)
    rows.push(...answer.jobs)
    offset = answer.hasMore ? (answer.nextOffset ?? null) : null
  }
  return rows
}

export const agentOfJob = (job: JobRow, defaultAgent: string | null): string | null =>
  job.agentId || job.effectiveAgentId || defaultAgent

/** What stopping would end now. Reads only. */
export async function previewStop(
  session: GatewaySession,
  { isAll, agents }: { isAll: boolean; agents: readonly string[] },
): Promise<AnswerTo<'stops.preview'>> {
  const named = new Set(agents)
  const isConcerned = (agent: string) => isAll || named.has(agent)
  const [sessions, jobs, plugin] = await Promise.all([activeSessions(session), allJobs(session), statusOf(session)])
  const active = sessionsOf(sessions, isConcerned)
  return {
    question: 'stops.preview',
    activeSessions: active.length,
    subAgents: active.filter(({ key, parent }) => parent !== null || key.includes(':subagent:')).length,
    enabledJobs: jobs.filter((job) => job.enabled && isConcerned(agentOfJob(job, null) ?? '')).length,
    hasPlugin: plugin !== null,
  }
}
