import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { Refusal } from './protocol.ts'

const Entry = z.looseObject({
  /** The gateway names what comes without a name. */
  id: z.string().default(() => randomUUID()),
  pattern: z.string(),
  source: z.string().optional(),
  argPattern: z.string().optional(),
  lastUsedAt: z.number().optional(),
})
const File = z.looseObject({
  version: z.literal(1),
  agents: z.record(z.string(), z.looseObject({ allowlist: z.array(Entry).optional() })).default({}),
})
type File = z.infer<typeof File>

const StandingGrant = z.object({
  grantId: z.string(),
  agentId: z.string(),
  cronJobId: z.string(),
  command: z.string(),
  cwd: z.string().nullable(),
  createdAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
  revokedAtMs: z.number().nullable(),
  lastUsedAtMs: z.number().nullable(),
  useCount: z.number(),
})
type StandingGrant = z.infer<typeof StandingGrant>

const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const resolvedDefaults = { security: 'full', ask: 'off', askFallback: 'deny', autoAllowSkills: false }

/** What the gateway always allows: its document of exec approvals, and the standing grants of scheduled jobs. */
export class Allowlist {
  #file: File = { version: 1, socket: { path: '/simulated/exec-approvals.sock' }, defaults: {}, agents: {} }
  standing: StandingGrant[] = []
  readonly #path: string | null

  constructor(path: string | null) {
    this.#path = path
    if (path && existsSync(path)) this.#file = File.parse(JSON.parse(readFileSync(path, 'utf8')))
  }

  get() {
    return {
      path: '/simulated/state#exec_approvals_config',
      exists: true,
      file: this.#file,
      hash: this.#hash,
      resolvedDefaults,
    }
  }

  /** Replaces the document as a whole, if nobody else did meanwhile. */
  set(file: unknown, baseHash: string | undefined) {
    if (!baseHash)
      throw new Refusal('INVALID_REQUEST', 'exec approvals base hash required; re-run exec.approvals.get and retry')
    if (baseHash !== this.#hash) {
      throw new Refusal(
        'INVALID_REQUEST',
        'exec approvals changed since last load; re-run exec.approvals.get and retry',
      )
    }
    this.#keep(File.parse(file))
    return this.get()
  }

  /** What an allow-always leaves behind: the executable with these arguments here, and the command's text for nodes. */
  remember(agent: string, executable: string, cwd: string, command: string): void {
    const lastUsedAt = Date.now()
    const source = 'allow-always'
    const added = [
      { pattern: executable, id: randomUUID(), source, argPattern: argPatternOf(cwd, command), lastUsedAt },
      { pattern: `=node-command:${digest(command).slice(0, 16)}`, id: randomUUID(), source, lastUsedAt },
    ]
    const { agents } = this.#file
    const allowlist = [...(agents[agent]?.allowlist ?? []), ...added]
    this.#keep({ ...this.#file, agents: { ...agents, [agent]: { ...agents[agent], allowlist } } })
  }

  /** Whether a command runs without a question, which is also a use. */
  covers(agent: string, executable: string, cwd: string, command: string): boolean {
    const entry = this.#file.agents[agent]?.allowlist?.find(
      ({ pattern, argPattern }) => pattern === executable && argPattern === argPatternOf(cwd, command),
    )
    if (!entry) return false
    entry.lastUsedAt = Date.now()
    this.#keep(this.#file)
    return true
  }

  /** An allow-always that a scheduled job was given. */
  stand(agentId: string, command: string, cwd: string): StandingGrant {
    const times = { createdAtMs: Date.now(), expiresAtMs: null, revokedAtMs: null, lastUsedAtMs: null }
    const grant = { grantId: randomUUID(), agentId, cronJobId: randomUUID(), command, cwd, ...times, useCount: 0 }
    this.standing.push(grant)
    return grant
  }

  revokeStanding(grantId: string) {
    const grant = this.standing.find((each) => each.grantId === grantId)
    if (!grant) return { outcome: 'not-found' }
    if (grant.revokedAtMs !== null) return { outcome: 'already-revoked' }
    grant.revokedAtMs = Date.now()
    return { outcome: 'revoked' }
  }

  get #hash() {
    return digest(JSON.stringify(this.#file))
  }

  #keep(file: File): void {
    this.#file = file
    if (this.#path) writeFileSync(this.#path, JSON.stringify(file))
  }
}

const argPatternOf = (cwd: string, command: string) => `sha256:cwd-argv:v1:${digest(`${cwd}\0${command}`)}`
