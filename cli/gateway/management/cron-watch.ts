import type { CronJob } from '../../../worker/features/connectors/link/questions/contract.ts'
import type { EventDraft } from '../../journal/draft.ts'
import type { GatewayMemory } from '../memory.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import { RunPage, type RunRow, readJobs } from './cron.ts'
import { listDrafts, ranDraft, stateDraft } from './cron-events.ts'

type Append = (drafts: EventDraft[]) => Promise<void>

const jobsMax = 2_000
/** More jobs than these that moved are told as one list. */
const singlesMax = 20
const runsPerPage = 100
const runIdsMax = 500
const runPagesMax = 20

/**
 * Keeps the cloud's list of one gateway's jobs in step without being asked: the whole list when a job that was told is
 * missing or many moved, else each job that moved. The gateway drops `cron` events when it is busy, so each is a
 * hint to look, and every minute somebody looks without one.
 */
export class CronWatch {
  readonly #session: GatewaySession
  readonly #memory: GatewayMemory
  readonly #append: Append
  readonly #told = new Map<string, CronJob>()
  readonly #runIds = new Map<string, string>()

  constructor(session: GatewaySession, memory: GatewayMemory, append: Append) {
    this.#session = session
    this.#memory = memory
    this.#append = append
  }

  /**
   * A run of a job is also a run of its agent, whose id the gateway tells only when that starts, under the same session:
   * what is told of the job's run gets it, so that its trace is found.
   */
  withRunId(draft: EventDraft): EventDraft {
    if (draft.type === 'run.started' && draft.payload.sessionKey.includes(':cron:')) {
      this.#runIds.set(draft.payload.sessionKey, draft.payload.runId)
      const [oldest] = this.#runIds.keys()
      if (this.#runIds.size > runIdsMax && oldest !== undefined) this.#runIds.delete(oldest)
    }
    if (draft.type !== 'cron.ran') return draft
    const { run } = draft.payload
    const runId = this.#runIds.get(run.sessionKey ?? '') ?? null
    return { ...draft, payload: { ...draft.payload, run: { ...run, runId } } }
  }

  /** What single events have told need not be told again; called once they are journaled. */
  took(draft: EventDraft): void {
    if (draft.type !== 'gateway.cron' && draft.type !== 'cron.ran') return
    const { jobId, job } = draft.payload
    if (draft.type === 'gateway.cron' && draft.payload.action === 'removed') this.#told.delete(jobId)
    else if (job) this.#told.set(jobId, job)
    if (draft.type === 'cron.ran') void this.#remember(Date.parse(draft.payload.run.at))
  }

  /** Looks at all jobs and tells what is news. A gateway without scheduled jobs has none to tell. */
  async look({ evenIfSame }: { evenIfSame: boolean }): Promise<void> {
    // Taken before asking: what is added while the answer travels must not look as if it had been missing.
    const at = new Date().toISOString()
    const listed = await readJobs(this.#session, {}, jobsMax).catch(ignoreUnknownMethod)
    if (!listed) return
    const { jobs, isComplete } = listed
    const moved = jobs.filter((job) => JSON.stringify(job) !== JSON.stringify(this.#told.get(job.id)))
    const listedIds = new Set(jobs.map(({ id }) => id))
    const isMissing = [...this.#told.keys()].some((id) => !listedIds.has(id))
    const whole = evenIfSame || isMissing || moved.length > singlesMax
    await this.#append(whole ? listDrafts(jobs, isComplete, at) : moved.map(stateDraft))
    this.#told.clear()
    for (const job of jobs) this.#told.set(job.id, job)
  }

  /** Tells runs from while we were away. On the very first look nothing: history from before us is not ours. */
  async tellMissedRuns(): Promise<void> {
    const since = this.#memory.value.cronRunsSinceMs
    if (since === null) return this.#memory.update({ cronRunsSinceMs: Date.now() })
    const missed: RunRow[] = []
    let offset: number | null = 0
    for (let page = 0; offset !== null && page < runPagesMax; page++) {
      const params: object = { scope: 'all', limit: runsPerPage, ...(offset > 0 ? { offset } : {}) }
      const answer: RunPageAnswer | null = await this.#session
        .call('cron.runs', params, RunPage, 60_000)
        .catch(ignoreUnknownMethod)
      const fresh = answer?.entries.filter((run) => (run.runAtMs ?? run.ts ?? 0) > since) ?? []
      missed.push(...fresh)
      offset = answer && fresh.length === answer.entries.length ? (answer.nextOffset ?? null) : null
    }
    const drafts = missed.reverse().map((run) => ranDraft(run, this.#told.get(run.jobId) ?? null))
    await this.#append(drafts)
    await this.#remember(Math.max(since, ...missed.map((run) => run.runAtMs ?? run.ts ?? 0)))
  }

  async #remember(ranAtMs: number): Promise<void> {
    const known = this.#memory.value.cronRunsSinceMs ?? 0
    if (ranAtMs > known) await this.#memory.update({ cronRunsSinceMs: ranAtMs })
  }
}

type RunPageAnswer = { entries: RunRow[]; nextOffset?: number | null | undefined }

function ignoreUnknownMethod(error: unknown): null {
  if (error instanceof GatewayRequestFailed && error.code === 'INVALID_REQUEST') return null
  throw error
}
