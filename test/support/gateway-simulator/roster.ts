import { Refusal } from './protocol.ts'
import { model, workspaceOf } from './runs.ts'

type Agent = { id: string; name?: string; workspace: string; visibleAt: number }

/** Agents with the gateway's lag: one that was just made or deleted is not yet, or still, in the list. */
export class Roster {
  readonly #lagMs: number
  #agents: Agent[] = [{ id: 'main', workspace: workspaceOf('main'), visibleAt: 0 }]
  #leaving = new Map<string, number>()
  profiles = new Map<string, string>()
  everyone: string | null = null
  #version = 1

  constructor(lagMs: number) {
    this.#lagMs = lagMs
  }

  get hash() {
    return `hmac-sha256:v1:simulated-${this.#version}`
  }

  has(id: string): boolean {
    return this.#agents.some((agent) => agent.id === id && !this.#leaving.has(id))
  }

  create(name: string, workspace?: string) {
    const id = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
    if (!id) throw new Refusal('INVALID_REQUEST', "invalid agents.create params: must have required property 'name'")
    if (this.has(id)) throw new Refusal('INVALID_REQUEST', `agent "${id}" already exists`)
    this.#agents.push({ id, name, workspace: workspace ?? workspaceOf(id), visibleAt: Date.now() + this.#lagMs })
    this.#version++
    return { ok: true, agentId: id, name, workspace: workspace ?? workspaceOf(id) }
  }

  delete(id: string) {
    if (!this.has(id) || id === 'main') throw new Refusal('INVALID_REQUEST', `agent "${id}" not found`)
    this.#leaving.set(id, Date.now() + this.#lagMs)
    this.#version++
    return { ok: true, agentId: id, removedBindings: 0, removed: [], failed: [] }
  }

  setProfile(agentId: string | null, profile: string): void {
    if (agentId) this.profiles.set(agentId, profile)
    else this.everyone = profile
    this.#version++
  }

  list() {
    const now = Date.now()
    this.#agents = this.#agents.filter(({ id }) => (this.#leaving.get(id) ?? Number.POSITIVE_INFINITY) > now)
    const agents = this.#agents
      .filter((agent) => agent.visibleAt <= now)
      .map(({ id, name, workspace }) => ({
        id,
        ...(name ? { name, identity: { name } } : {}),
        workspace,
        workspaceGit: false,
        model: { primary: `${model.provider}/${model.model}` },
      }))
    return {
      defaultId: 'main',
      ownership: 'explicit',
      selectionRequired: false,
      mainKey: 'main',
      scope: 'per-sender',
      agents,
    }
  }

  configuration(port: number) {
    const entries = Object.fromEntries(
      this.#agents.map(({ id, name, workspace }) => {
        const profile = this.profiles.get(id)
        return [id, { ...(name ? { name } : {}), workspace, ...(profile ? { tools: { profile } } : {}) }]
      }),
    )
    const source = {
      gateway: { mode: 'local', port, auth: { mode: 'token', token: '__OPENCLAW_REDACTED__' } },
      agents: { ownership: 'explicit', entries },
      tools: { exec: { host: 'gateway', mode: 'ask' }, ...(this.everyone ? { profile: this.everyone } : {}) },
    }
    return { path: '/simulated/openclaw.json', valid: true, hash: this.hash, sourceConfig: source, config: source }
  }
}
