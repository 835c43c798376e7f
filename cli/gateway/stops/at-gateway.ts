import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { AnswerTo, Tree } from '../../../worker/features/connectors/link/questions/contract.ts'
import { ApprovalRecords } from '../approvals.ts'
import { entryOf, readConfiguration } from '../management/configuration.ts'
import { JobRow } from '../management/cron.ts'
import { statusOf } from '../plugin-calls.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import type { SavedJob } from './book.ts'

const label = z.string().nullish().catch(null)
const Rows = z.object({ sessions: z.array(z.object({ key: z.string(), spawnedBy: label, parentSessionKey: label })) })
const sessionsMax = 1_000
const pageSize = 200
const pagesMax = 50
export type ActiveSession = { key: string; parent: string | null }

/** Whose session that is; keys are `agent:<id>:…`, sub-agents' too. */
const agentOfSession = (key: string): string | null => /^agent:([^:]+):/.exec(key)?.[1] ?? null

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

/** Ends what runs of these agents now; answers how many runs of which agent. */
export async function abortRuns(session: GatewaySession, agents: ReadonlySet<string>): Promise<string[]> {
  const mine = sessionsOf(await activeSessions(session), (agent) => agents.has(agent))
  await Promise.all(mine.map(({ key }) => abortSession(session, key)))
  return mine.map(
    ({ key, parent }) => agentOfSession(agents.has(agentOfSession(key) ?? '') ? key : (parent ?? key)) ?? '',
  )
}

/** One that ended by itself in the meantime needs no ending. */
export async function abortSession(session: GatewaySession, key: string): Promise<void> {
  try {
    await session.call('sessions.abort', { key }, z.unknown(), 30_000)
  } catch (error) {
    if (!(error instanceof GatewayRequestFailed)) throw error
  }
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

export const agentOfJob = ({ agentId, effectiveAgentId }: JobRow): string | null => agentId || effectiveAgentId || null

const sha256 = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex')

export const digestOfEntry = (entry: Tree | null): string => sha256(entry ?? {})

/** The digest is of what the job does and when, not of what became of it. */
export const savedJob = (job: JobRow): SavedJob => {
  const { id, name, enabled, agentId = null, schedule, payload, sessionTarget = null } = job
  const { kind, message = null, text = null } = payload
  const digest = sha256({ name, agentId, schedule, payload: { kind, message, text }, sessionTarget })
  return { id, name, isEnabled: enabled, digest }
}
export const digestOfJobs = (jobs: readonly SavedJob[]): string =>
  sha256([...jobs].sort((a, b) => (a.id < b.id ? -1 : 1)))

/** False for a job that the gateway owns and lets nobody edit. */
export async function switchJob(session: GatewaySession, id: string, isEnabled: boolean): Promise<boolean> {
  try {
    await session.call('cron.update', { id, patch: { enabled: isEnabled } }, z.unknown(), 60_000)
    return true
  } catch (error) {
    if (error instanceof GatewayRequestFailed && /system-owned/i.test(error.message)) return false
    throw error
  }
}

/** Refuses what these agents wait for a person to allow; answers how many. */
export async function denyApprovals(session: GatewaySession, agents: ReadonlySet<string>): Promise<number> {
  const lists = await Promise.all(
    (['exec', 'plugin'] as const).map(async (kind) => {
      const records = await session.call(`${kind}.approval.list`, {}, ApprovalRecords, 60_000)
      return records.map(({ id, request }) => ({
        kind,
        id,
        agent: request.agentId ?? agentOfSession(request.sessionKey ?? ''),
      }))
    }),
  )
  const mine = lists.flat().filter(({ agent }) => agent !== null && agents.has(agent))
  await Promise.all(
    mine.map(({ kind, id }) =>
      session.call(`${kind}.approval.resolve`, { id, decision: 'deny' }, z.unknown(), 30_000).catch(beforeUs),
    ),
  )
  return mine.length
}

/** Somebody decided, or the run ended, in the meantime. */
const beforeUs = (error: unknown): void => {
  if (!(error instanceof GatewayRequestFailed)) throw error
}

/** Has our plugin refuse new runs of these agents, or take them again; null where no plugin is that can. */
export async function tellPlugin(
  session: GatewaySession,
  what: 'stop' | 'release',
  agents: readonly string[],
): Promise<string[] | null> {
  const Stopped = z.object({ stopped: z.array(z.string()) })
  try {
    return (await session.call(`clawbutler.${what}`, { agents }, Stopped, 30_000)).stopped
  } catch (error) {
    if (error instanceof GatewayRequestFailed && /unknown method/i.test(error.message)) return null
    throw error
  }
}

/** What one look at the gateway tells of all agents. */
export interface Look {
  hash: string
  entryOf: (agent: string) => Tree | null
  jobs: JobRow[]
  /** Whose runs our plugin refuses; null without a plugin that can. */
  refused: ReadonlySet<string> | null
}

export async function lookAt(session: GatewaySession): Promise<Look> {
  const [{ hash, source }, jobs, status] = await Promise.all([
    readConfiguration(session, []),
    allJobs(session),
    statusOf(session),
  ])
  return {
    hash,
    entryOf: (agent) => entryOf(source, agent),
    jobs,
    refused: status?.stopped === undefined ? null : new Set(status.stopped),
  }
}

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
    enabledJobs: jobs.filter((job) => job.enabled && isConcerned(agentOfJob(job) ?? '')).length,
    hasPlugin: plugin?.stopped !== undefined,
  }
}
