import { createHash, randomUUID } from 'node:crypto'
import canonicalize from 'canonicalize'
import { isTree, type Tree } from './merge.ts'
import { Refusal } from './protocol.ts'

export type Desks = { files: FileDesk; cron: CronDesk }

const fileNames = ['AGENTS.md', 'SOUL.md', 'USER.md', 'BOOTSTRAP.md', 'MEMORY.md']

/** The files of all agents: five names, no folders, and a hash that a write may insist on. */
export class FileDesk {
  readonly #files = new Map<string, { content: string; updatedAtMs: number }>()

  /** As somebody on the machine writes it. */
  write(agentId: string, name: string, content: string): void {
    this.#files.set(`${agentId}/${name}`, { content, updatedAtMs: Date.now() })
  }

  list(agentId: string, workspace: string) {
    return { agentId, workspace, files: fileNames.map((name) => this.#facts(agentId, workspace, name, false)) }
  }

  get(agentId: string, workspace: string, name: string) {
    this.#mustKeep(name)
    return { agentId, workspace, file: this.#facts(agentId, workspace, name, true) }
  }

  set(agentId: string, workspace: string, name: string, content: string, expectedHash: string | undefined) {
    this.#mustKeep(name)
    const held = this.#files.get(`${agentId}/${name}`)
    const currentHash = held && digest(held.content)
    if (expectedHash !== undefined && expectedHash !== currentHash) {
      const details = { type: 'agent_file_conflict', name, ...(currentHash ? { currentHash } : {}) }
      throw new Refusal('INVALID_REQUEST', `agent file "${name}" changed since it was read`, details)
    }
    this.write(agentId, name, content)
    return { ok: true, ...this.get(agentId, workspace, name) }
  }

  #facts(agentId: string, workspace: string, name: string, whole: boolean) {
    const held = this.#files.get(`${agentId}/${name}`)
    const path = `${workspace}/${name}`
    if (!held) return { name, path, missing: true, expectedAbsent: name !== 'AGENTS.md' && name !== 'BOOTSTRAP.md' }
    const { content, updatedAtMs } = held
    const size = Buffer.byteLength(content)
    return { name, path, missing: false, size, updatedAtMs, ...(whole ? { hash: digest(content), content } : {}) }
  }

  #mustKeep(name: string): void {
    if (!fileNames.includes(name)) throw new Refusal('INVALID_REQUEST', `unsupported file "${name}"`)
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

type Job = { id: string; agentId?: string; declarationKey?: string; enabled: boolean } & Tree

/** Scheduled jobs. Nothing is ever due: a run happens only when somebody asks for it. */
export class CronDesk {
  readonly #jobs = new Map<string, Job>()
  readonly runs: Tree[] = []

  constructor() {
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
      state: {},
      ...definition,
      id: randomUUID(),
      enabled: definition.enabled !== false,
      createdAtMs: now,
    }
    this.#jobs.set(job.id, job)
    return typeof declarationKey === 'string' ? { created: true, job: told(job) } : told(job)
  }

  list(agentId: string | undefined, offset: number, limit: number) {
    const all = [...this.#jobs.values()].filter((job) => agentId === undefined || job.agentId === agentId)
    const next = offset + limit
    const hasMore = next < all.length
    return {
      jobs: all.slice(offset, next).map(told),
      total: all.length,
      offset,
      limit,
      hasMore,
      nextOffset: hasMore ? next : null,
    }
  }

  get(id: string) {
    return told(this.#mustHave(id))
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
    return told(job)
  }

  remove(id: string) {
    this.#mustHave(id)
    this.#jobs.delete(id)
    return { ok: true, removed: true }
  }

  run(id: string) {
    this.#mustHave(id)
    const runId = `manual:${id}:${Date.now()}:${this.runs.length + 1}`
    this.runs.unshift({
      ts: Date.now(),
      jobId: id,
      action: 'finished',
      status: 'ok',
      summary: 'Done.',
      runId,
      durationMs: 5,
    })
    return { ok: true, enqueued: true, runId }
  }

  runsOf(id: string, offset: number, limit: number) {
    const all = this.runs.filter((run) => run.jobId === id)
    const next = offset + limit
    const hasMore = next < all.length
    return {
      entries: all.slice(offset, next),
      total: all.length,
      offset,
      limit,
      hasMore,
      nextOffset: hasMore ? next : null,
    }
  }

  #mustHave(id: string): Job {
    const job = this.#jobs.get(id)
    if (!job)
      throw new Refusal('INVALID_REQUEST', `Automation not found: ${id}.`, { code: 'CRON_JOB_NOT_FOUND', jobId: id })
    return job
  }
}

const told = (job: Job) => ({ ...job, configRevision: revisionOf(job) })

const revisionOf = ({ state: _, ...definition }: Job): string =>
  `sha256:${createHash('sha256')
    .update(canonicalize(definition) ?? '')
    .digest('base64url')}`
