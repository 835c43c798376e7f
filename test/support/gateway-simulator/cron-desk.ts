import { createHash, randomUUID } from 'node:crypto'
import canonicalize from 'canonicalize'
import { isTree, type Tree } from './merge.ts'
import { nextRunOf } from './next-run.ts'
import { Refusal } from './protocol.ts'

type JobState = { nextRunAtMs?: number; lastRunAtMs?: number; lastRunStatus?: string; consecutiveErrors?: number }
type Job = { id: string; agentId?: string; declarationKey?: string; enabled: boolean; state: JobState } & Tree
type Broadcast = (event: string, payload: unknown) => void

const disabledAfter = 10

/**
 * Scheduled jobs, as the gateway keeps them. Nothing is ever due: a run happens only when somebody asks for it, and
 * fails while `failing` holds the job's name. What happens to a job is told to everybody.
 */
export class CronDesk {
  readonly #jobs = new Map<string, Job>()
  readonly #tell: Broadcast
  readonly runs: Tree[] = []
  readonly failing = new Set<string>()

  constructor(tell: Broadcast = () => undefined) {
    this.#tell = tell
    const schedule = { kind: 'every', everyMs: 604_800_000 }
    const payload = { kind: 'agentTurn', message: 'Review the skills.' }
    this.add({ declarationKey: 'skill-collection-review:main', name: 'review', agentId: 'main', schedule, payload })
  }

  add(definition: Tree) {
    const { declarationKey } = definition
    const known = [...this.#jobs.values()].find((job) => job.declarationKey === declarationKey)
    if (typeof declarationKey === 'string' && known) return { created: false, updated: false, job: told(known) }
    const now = Date.now()
    const job: Job = {
      wakeMode: 'now',
      ...definition,
      id: randomUUID(),
      enabled: definition.enabled !== false,
      createdAtMs: now,
      state: {},
    }
    job.state = stateOf(job)
    this.#jobs.set(job.id, job)
    this.#happened('added', job)
    return typeof declarationKey === 'string' ? { created: true, job: told(job) } : told(job)
  }

  list(agentId: string | undefined, offset: number, limit: number) {
    const all = [...this.#jobs.values()].filter((job) => agentId === undefined || job.agentId === agentId)
    return { jobs: all.slice(offset, offset + limit).map(told), ...pageOf(all.length, offset, limit) }
  }

  get(id: string) {
    return told(this.#mustHave(id))
  }

  named(name: string): Job | undefined {
    return [...this.#jobs.values()].find((job) => job.name === name)
  }

  update(id: string, patch: Tree, expectedConfigRevision: string | undefined) {
    const job = this.#mustHave(id)
    const actual = revisionOf(job)
    if (expectedConfigRevision !== undefined && expectedConfigRevision !== actual) {
      const details = { code: 'CRON_JOB_CHANGED', expectedConfigRevision, actualConfigRevision: actual }
      const sentence =
        'cron job definition no longer matches the loaded version; review the latest version before retrying'
      throw new Refusal('INVALID_REQUEST', sentence, details)
    }
    const payload = { ...(isTree(job.payload) ? job.payload : {}), ...(isTree(patch.payload) ? patch.payload : {}) }
    Object.assign(job, patch, { payload })
    job.state = stateOf(job)
    this.#happened('updated', job)
    return told(job)
  }

  remove(id: string) {
    const job = this.#mustHave(id)
    this.#jobs.delete(id)
    this.#happened('removed', job)
    return { ok: true, removed: true }
  }

  /** What an agent was to do goes with it. */
  removeOf(agentId: string): void {
    for (const { id, agentId: owner } of [...this.#jobs.values()]) if (owner === agentId) this.remove(id)
  }

  run(id: string) {
    const job = this.#mustHave(id)
    const at = Date.now()
    const runId = `manual:${id}:${at}:${this.runs.length + 1}`
    this.#happened('started', job)
    const hasFailed = typeof job.name === 'string' && this.failing.has(job.name)
    const consecutiveErrors = hasFailed ? (job.state.consecutiveErrors ?? 0) + 1 : 0
    if (consecutiveErrors >= disabledAfter) job.enabled = false
    const lastRunStatus = hasFailed ? 'error' : 'ok'
    job.state = { ...stateOf(job), lastRunAtMs: at, lastRunStatus, consecutiveErrors }
    const sessionId = randomUUID()
    const run = {
      ts: at + 5,
      jobId: id,
      jobName: job.name,
      status: lastRunStatus,
      ...(hasFailed ? { error: 'The model did not answer.' } : { summary: 'Done.' }),
      runId,
      runAtMs: at + this.runs.length,
      durationMs: 5,
      sessionId,
      sessionKey: `agent:${job.agentId ?? 'main'}:cron:${id}:run:${sessionId}`,
      usage: { input_tokens: 800, output_tokens: 50, total_tokens: 850 },
    }
    this.runs.unshift({ ...run, action: 'finished' })
    this.#happened('finished', job, run)
    return { ok: true, enqueued: true, runId }
  }

  runsOf(id: string | undefined, offset: number, limit: number) {
    const all = this.runs.filter((run) => id === undefined || run.jobId === id)
    return { entries: all.slice(offset, offset + limit), ...pageOf(all.length, offset, limit) }
  }

  #happened(action: string, job: Job, more: Tree = {}): void {
    // Unlike answers, events tell a job without its revision.
    this.#tell('cron', { jobId: job.id, action, ...more, job })
  }

  #mustHave(id: string): Job {
    const job = this.#jobs.get(id)
    if (!job)
      throw new Refusal('INVALID_REQUEST', `Automation not found: ${id}.`, { code: 'CRON_JOB_NOT_FOUND', jobId: id })
    return job
  }
}

const pageOf = (total: number, offset: number, limit: number) => {
  const next = offset + limit
  return { total, offset, limit, hasMore: next < total, nextOffset: next < total ? next : null }
}

function stateOf({ enabled, schedule, state }: Job): JobState {
  const { nextRunAtMs: _, ...rest } = state
  const nextRunAtMs = enabled ? nextRunOf(schedule, Date.now()) : undefined
  return nextRunAtMs === undefined ? rest : { ...rest, nextRunAtMs }
}

const told = (job: Job) => ({ ...job, configRevision: revisionOf(job) })

const revisionOf = ({ state: _, ...definition }: Job): string =>
  `sha256:${createHash('sha256')
    .update(canonicalize(definition) ?? '')
    .digest('base64url')}`
