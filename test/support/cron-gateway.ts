import { createHash } from 'node:crypto'
import { applyRoster } from '../../worker/features/agents/apply-roster.ts'
import type { Command, CommandFailure, CommandGroup } from '../../worker/features/connectors/link/commands/contract.ts'
import type { CronJob, CronRun } from '../../worker/features/connectors/link/questions/contract.ts'
import { connectorContext } from '../../worker/features/connectors/session.ts'
import { aConnector, Link } from './connector-link.ts'
import { aGatewayAgent, unique } from './gateway-events.ts'
import type { Person } from './organizations.ts'

const revisionOf = (job: CronJob) =>
  `sha256:${createHash('sha256')
    .update(JSON.stringify([job.name, job.schedule, job.payload, job.isEnabled]))
    .digest('hex')}`

export const aCronJob = (id: string, facts: Partial<CronJob> = {}): CronJob => {
  const job: CronJob = {
    id,
    name: `Job ${id}`,
    description: null,
    agent: 'main',
    isEnabled: true,
    isManaged: false,
    schedule: { kind: 'every', everyMs: 3_600_000 },
    payload: { kind: 'agentTurn', message: 'Look around.' },
    sessionTarget: 'isolated',
    revision: null,
    nextRunAt: new Date(Date.now() + 1_800_000).toISOString(),
    lastRunAt: null,
    lastStatus: null,
    lastError: null,
    consecutiveErrors: 0,
    runningSince: null,
    isAutoDisabled: false,
    ...facts,
  }
  return { ...job, revision: facts.revision ?? revisionOf(job) }
}

export const aCronRun = (jobId: string, at: string, facts: Partial<CronRun> = {}): CronRun => ({
  jobId,
  at,
  status: 'ok',
  durationMs: 1_200,
  summary: 'Done.',
  error: null,
  sessionKey: `agent:main:cron:${jobId}:run:1`,
  runId: null,
  model: 'probe',
  inputTokens: 100,
  outputTokens: 20,
  ...facts,
})

/** A gateway with scheduled jobs behind a connector: it changes them as it is told, by their revision, and counts. */
export class CronGateway {
  readonly jobs = new Map<string, CronJob>()
  /** Each change that it really made, by command id. */
  readonly made: string[] = []
  readonly commands: Command[] = []
  /** Instead of what it would do; null keeps silent. */
  instead: ((command: Command) => CommandFailure | null | undefined) | null = null
  link: Link
  private added = 0

  constructor(link: Link, jobs: CronJob[] = []) {
    for (const job of jobs) this.jobs.set(job.id, job)
    this.link = link
    this.listen(link)
  }

  listen(link: Link): void {
    this.link = link
    link.onCommand = (command) => this.take(command)
    // What came with the welcome came before anybody listened.
    for (const frame of link.frames) if (frame.kind === 'command') this.take(frame)
  }

  /** As somebody at the gateway changes it by hand. */
  edit(id: string, change: Partial<CronJob>): CronJob {
    const { revision: _, ...job } = { ...(this.jobs.get(id) ?? aCronJob(id)), ...change }
    const edited = aCronJob(id, job)
    this.jobs.set(id, edited)
    return edited
  }

  /** Tells all jobs, in parts of so many. */
  async list(perPart = 100): Promise<void> {
    const jobs = [...this.jobs.values()]
    const at = new Date().toISOString()
    const parts = Math.max(1, Math.ceil(jobs.length / perPart))
    for (let part = 1; part <= parts; part++) {
      const payload = { part, parts, isComplete: true, jobs: jobs.slice((part - 1) * perPart, part * perPart) }
      await this.link.report({ key: unique('jobs'), at, type: 'gateway.jobs', payload })
    }
  }

  async ran(id: string, run: Partial<CronRun> & { at: string }, job: Partial<CronJob> = {}): Promise<void> {
    const after = this.edit(id, { lastRunAt: run.at, lastStatus: run.status ?? 'ok', ...job })
    const told = aCronRun(id, run.at, run)
    await this.link.report({
      key: `cron.ran:${id}:${Date.parse(run.at)}`,
      at: new Date().toISOString(),
      type: 'cron.ran',
      payload: { jobId: id, name: after.name, agent: after.agent, run: told, job: after },
    })
  }

  changes(): Command[] {
    return this.commands.filter(({ command }) => command === 'gateway.change')
  }

  private take(command: Command): void {
    this.commands.push(command)
    const failure = this.instead?.(command)
    if (failure === null) return
    if (failure) this.link.answer(command.id, failure)
    else this.link.send({ kind: 'result', id: command.id, ...this.tell(command) })
  }

  private tell(command: Command) {
    if (command.command === 'gateway.change') return this.change(command.id, command.params)
    const asksRuns = command.command === 'gateway.ask' && command.params.question === 'cron.runs'
    return asksRuns
      ? { ok: true, answer: { question: 'cron.runs', runs: this.history, nextOffset: null } }
      : { ok: true }
  }

  /** What `cron.runs` answers. */
  history: CronRun[] = []

  private change(id: string, change: Extract<Command, { command: 'gateway.change' }>['params']) {
    const done = { wasAlready: this.made.includes(id), before: null, after: null, reference: null, jobId: null }
    if (change.change === 'cron.add') {
      if (done.wasAlready) return { ok: true, done }
      const jobId = `added-${++this.added}-${id.slice(-6)}`
      const { name, schedule, message, isEnabled } = change.job
      const job = this.edit(jobId, { name, schedule, isEnabled, payload: { kind: 'agentTurn', message } })
      this.made.push(id)
      return { ok: true, done: { ...done, reference: job.revision, jobId } }
    }
    if (change.change === 'config.patch' || change.change === 'file.put') return { ok: true, done }
    const job = 'jobId' in change ? this.jobs.get(change.jobId) : undefined
    if (change.change === 'cron.remove') {
      if (job && change.expectedRevision !== null && job.revision !== change.expectedRevision)
        return { ok: false, failure: 'stale', detail: 'The job was changed since it was read.' }
      this.jobs.delete(change.jobId)
      this.made.push(id)
      return { ok: true, done: { ...done, wasAlready: job === undefined } }
    }
    if (change.change === 'cron.update') {
      if (!job) return { ok: false, failure: 'not_found', detail: 'The gateway has no such job any more.' }
      if (job.revision !== change.expectedRevision)
        return { ok: false, failure: 'stale', detail: 'The job was changed since it was read.' }
      const { name = job.name, schedule = job.schedule, isEnabled = job.isEnabled, message } = change.patch
      const payload = message === undefined ? job.payload : { ...job.payload, message }
      const after = this.edit(job.id, { name, schedule, isEnabled, payload })
      this.made.push(id)
      return { ok: true, done: { ...done, reference: after.revision, jobId: job.id } }
    }
    this.made.push(id)
    return { ok: true, done: { ...done, reference: 'run-1' } }
  }
}

/** An organization's connector with a gateway that has these jobs, all of them told. */
export const aCronGateway = async (
  owner: Person,
  jobs: CronJob[],
  groups: CommandGroup[] = ['read', 'approvals', 'manage'],
) => {
  const connector = await aConnector(owner.ctx)
  const link = await Link.welcome(connector.token, { groups })
  const gateway = new CronGateway(link, jobs)
  const ctx = connectorContext(owner.ctx, owner.organizationId, connector.id)
  const ids = await applyRoster(ctx, connector.id, [aGatewayAgent('main', { name: 'Main' })])
  await gateway.list()
  const back = async () => {
    const again = await Link.welcome(connector.token, { groups })
    gateway.listen(again)
    return again
  }
  return { connector, gateway, agentId: ids.get('main') ?? '', back }
}
