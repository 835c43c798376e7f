import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Tree } from './merge.ts'
import { Refusal } from './protocol.ts'
import { model, workspaceOf } from './runs.ts'

/** `entry`: what the configuration says of it beyond name and workspace. */
type Agent = { id: string; name?: string; workspace: string; visibleAt: number; entry: Tree }

/** Agents with the gateway's lag: one that was just made or deleted is not yet, or still, in the list. */
export class Roster {
  readonly #lagMs: number
  #agents: Agent[] = [{ id: 'main', workspace: workspaceOf('main'), visibleAt: 0, entry: {} }]
  #leaving = new Map<string, number>()
  /** Every other part of the configuration. */
  rest: Tree = {
    tools: { exec: { host: 'gateway', mode: 'ask' } },
    models: { providers: { simulated: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: redacted } } },
  }
  /** Settings of the gateway itself beside how it is reached. */
  settings: Tree = {}
  aboutAgents: Tree = { ownership: 'explicit' }
  /** Where the configuration stands with its secrets, and how the gateway is entered; null: there is no such file. */
  file: string | null = null
  token: string = redacted
  defaults: Tree = { model: { primary: `${model.provider}/${model.model}` } }

  constructor(lagMs: number) {
    this.#lagMs = lagMs
  }

  has(id: string): boolean {
    return this.#agents.some((agent) => agent.id === id && !this.#leaving.has(id))
  }

  create(name: string, workspace?: string, wantedModel?: string) {
    const id = name
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '-')
      .replace(/^-|-$/g, '')
    if (!id) throw new Refusal('INVALID_REQUEST', "invalid agents.create params: must have required property 'name'")
    if (this.has(id)) throw new Refusal('INVALID_REQUEST', `agent "${id}" already exists`)
    const visibleAt = Date.now() + this.#lagMs
    // One that is made again is another from now on.
    this.#agents = this.#agents.filter((agent) => agent.id !== id)
    this.#leaving.delete(id)
    this.#agents.push({
      id,
      name,
      workspace: workspace ?? workspaceOf(id),
      visibleAt,
      entry: wantedModel ? { model: wantedModel } : {},
    })
    return {
      ok: true,
      agentId: id,
      name,
      workspace: workspace ?? workspaceOf(id),
      ...(wantedModel ? { model: wantedModel } : {}),
    }
  }

  delete(id: string) {
    if (!this.has(id)) throw new Refusal('INVALID_REQUEST', `agent "${id}" not found`)
    if (this.#agents.filter((agent) => this.has(agent.id)).length === 1)
      throw new Refusal('INVALID_REQUEST', `Agent "${id}" is the only configured agent and cannot be deleted.`)
    this.#leaving.set(id, Date.now() + this.#lagMs)
    const { bindings } = this.rest
    const kept = Array.isArray(bindings) ? bindings.filter(({ agentId }) => agentId !== id) : []
    if (Array.isArray(bindings)) this.rest = { ...this.rest, bindings: kept }
    const removedBindings = Array.isArray(bindings) ? bindings.length - kept.length : 0
    return { ok: true, agentId: id, removedBindings, removed: [], failed: [] }
  }

  setProfile(agentId: string | null, profile: string): void {
    if (agentId === null) this.rest.tools = { exec: { host: 'gateway', mode: 'ask' }, profile }
    else for (const agent of this.#agents) if (agent.id === agentId) agent.entry.tools = { profile }
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

  /** Visible to calls about one agent: those that were just made are not found yet. */
  mustHave(id: string): Agent {
    const agent = this.#agents.find((each) => each.id === id && each.visibleAt <= Date.now())
    if (!agent || this.#leaving.has(id)) throw new Refusal('INVALID_REQUEST', `agent "${id}" not found`)
    return agent
  }

  source(port: number): Tree {
    const entries = Object.fromEntries(
      this.#agents
        .filter(({ id }) => !this.#leaving.has(id))
        .map(({ id, name, workspace, entry }) => [id, { ...(name ? { name } : {}), workspace, ...entry }]),
    )
    return {
      gateway: { mode: 'local', port, auth: { mode: 'token', token: this.token }, ...this.settings },
      agents: { ...this.aboutAgents, defaults: this.defaults, entries },
      ...this.rest,
    }
  }

  /** What the configuration says of it beyond name and workspace. */
  entryOf(id: string): Tree | undefined {
    return this.#agents.find((agent) => agent.id === id)?.entry
  }

  /** Takes a patched entry back; the name of an agent is part of it. */
  setEntry(id: string, { name, workspace, ...entry }: Tree): void {
    const agent = this.#agents.find((each) => each.id === id)
    if (!agent) return
    agent.entry = entry
    if (typeof name === 'string') agent.name = name
    else delete agent.name
    if (typeof workspace === 'string') agent.workspace = workspace
  }
}

export const redacted = '__OPENCLAW_REDACTED__'

/** Opaque to clients, the same for the same content. */
export const hashOf = (source: Tree): string =>
  `hmac-sha256:v1:${createHash('sha256')
    .update(canonicalize(source) ?? '')
    .digest('base64url')}`
