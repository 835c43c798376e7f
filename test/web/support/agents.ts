import { createHash } from 'node:crypto'
import type { AgentChange } from '../../../worker/features/agents/changes/contract.ts'
import { type AgentConfig, ChangeConfig, type ConfigPreview } from '../../../worker/features/agents/config/contract.ts'
import { collisionsOf, differencesOf, patched, secretsIn } from '../../../worker/features/agents/config/rules.ts'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import { type AgentFile, PutFile } from '../../../worker/features/agents/files/contract.ts'
import type { Freshness } from '../../../worker/features/agents/live/contract.ts'
import type { Connector } from '../../../worker/features/connectors/contract.ts'
import {
  type Channel,
  type ConfigSchema,
  type Skill,
  sentinel,
  Tree,
} from '../../../worker/features/connectors/link/questions/contract.ts'
import { semanticDiff } from '../../../worker/features/snapshots/diff/index.ts'
import { anId } from './build.ts'
import { type Call, FakeServer, problem } from './fake-server.ts'

const at = '2026-11-21T10:00:00.000Z'
export const live: Freshness = { source: 'live', at, ageMs: 0, because: null }
export const away: Freshness = { source: 'last_known', at, ageMs: 60_000, because: 'gateway_away' }

export const anAgent = (given: Partial<Agent> = {}): Agent => ({
  ...{ id: anId('agt', 1), connectorId: anId('con', 1), connectorName: 'edge', runtime: 'openclaw' },
  ...{ externalId: 'ledger', name: 'Ledger', model: null, workspace: null, toolsProfile: null, isDefault: false },
  ...{ state: 'active', activity: 'idle', pendingApprovals: 0, firstSeenAt: at, lastSeenAt: at, lastActiveAt: null },
  ...{ displayName: null, owner: null, resourceGroup: null, tags: [], version: 1 },
  ...{ control: 'enabled', stop: null, disabledAt: null, disabledReason: null },
  ...{ health: 'healthy', healthCauses: [], healthSince: null, isFlapping: false },
  ...given,
})

export const aConnector = (given: Partial<Connector> = {}): Connector => ({
  ...{ id: anId('con', 1), name: 'edge', runtime: 'openclaw', state: 'online', agents: 1, groups: ['read', 'manage'] },
  gateway: { connected: true, version: '2026.9.6', bootId: null, detail: null },
  ...{ version: '1.0.0', platform: 'linux', tokenHint: 'abcd', clockSkewMs: 0 },
  ...{ health: 'healthy', healthCauses: [], healthSince: null, isFlapping: false },
  ...{ createdAt: at, connectedAt: at, lastSeenAt: at },
  ...given,
})

const sha256 = (value: string) => createHash('sha256').update(value).digest('hex')
const tool = (id: string) => ({ id, label: id, description: `${id} it`, source: 'core', optional: false })
const catalogue = (...ids: string[]) => ({
  profile: null,
  groups: [
    { id: 'fs', label: 'Files', source: 'core', tools: ids.map((id) => ({ ...tool(id), defaultProfiles: [] })) },
  ],
})

export const aSkill = (name: string, given: Partial<Skill> = {}): Skill => ({
  ...{ key: name, name, description: `how to ${name}`, source: 'workspace', isBundled: false, isDisabled: false },
  ...{ isEligible: true, blockedBy: null },
  ...{ requires: { bins: [], env: [], config: [] }, missing: { bins: [], env: [], config: [] } },
  ...given,
})

/**
 * One agent at one gateway, behind `fetch`: what is changed here is compared as the server compares it, and read back. A
 * test that takes something away, breaks it or changes it meanwhile does so at the fields.
 */
export class AgentAtGateway {
  readonly agent = anAgent()
  readonly server = new FakeServer()
  isAway = false
  /** Paths of which the gateway restarts when they change. */
  restartsAt: string[] = []
  /** Questions that the gateway refuses, by the end of their path. */
  refuses = new Set<string>()
  entry: Tree
  base: Tree
  files: Record<string, string>
  channels: Channel[] = []
  skills: Skill[] = []
  issues: AgentConfig['issues'] = []
  bindings: Tree[] = []

  constructor({ entry = {}, files = {} }: { entry?: Tree; files?: Record<string, string> } = {}) {
    this.entry = entry
    this.base = entry
    this.files = files
    this.server.intercept = (call) => this.answer(call)
  }

  get writes() {
    return this.server.calls.filter(({ method }) => method === 'PATCH' || method === 'PUT')
  }

  /** Where its answers are from while it is away. */
  source: Exclude<Freshness['source'], 'live'> = 'last_known'
  /** Away, and what is asked of these was never kept. */
  keepsNothing = false

  private get freshness() {
    return this.isAway ? { ...away, source: this.source } : live
  }

  private get hash() {
    return sha256(JSON.stringify(this.entry))
  }

  private answer({ method, path, body }: Call): Response | undefined {
    const own = `/agents/${this.agent.id}`
    if (path === own) return Response.json(this.agent)
    if (path === `/connectors/${this.agent.connectorId}`) return Response.json(this.connector())
    if (!path.startsWith(`${own}/`)) return undefined
    const part = path.slice(own.length + 1)
    if (this.keepsNothing && !part.startsWith('changes'))
      return problem(503, 'unavailable', { context: { because: 'gateway_away' } })
    if (this.refuses.has(part)) return problem(503, 'unavailable')
    const { freshness } = this
    if (part === 'config' && method === 'GET') return Response.json(this.config())
    if (part === 'config/preview') return this.preview(ChangeConfig.parse(body))
    if (part === 'config') return this.change(ChangeConfig.parse(body))
    if (part === 'tools') return Response.json({ tools: catalogue('read', 'write', 'exec'), freshness })
    if (part === 'sessions') return Response.json({ sessions: [], isComplete: true, freshness })
    if (part === 'models') return Response.json({ models: [], isComplete: true, freshness })
    if (part === 'skills') return Response.json({ skills: this.skills, isComplete: true, freshness })
    if (part === 'channels') return Response.json({ channels: this.channels, freshness })
    if (part === 'schema') return Response.json({ node: aNode, freshness })
    if (part === 'files')
      return Response.json({ files: Object.keys(this.files).map(factsOf), isComplete: true, freshness })
    if (part.startsWith('files/')) return this.file(decodeURIComponent(part.slice(6)), method, body)
    return undefined
  }

  private connector() {
    const connector = aConnector()
    return { ...connector, gateway: { ...connector.gateway, connected: !this.isAway } }
  }

  private config(): AgentConfig {
    const { freshness, hash, entry, issues, bindings } = this
    const shared = { defaults: { model: 'stub/small' }, tools: { profile: 'messaging' } }
    return { freshness, hash, valid: issues.length === 0, issues, entry, ...shared, bindings }
  }

  /** As the server plans it: to the newest entry, where nothing that is touched was changed since. */
  private plan({ patch, baseHash }: ChangeConfig) {
    const wanted = differencesOf(this.base, patched(this.base, patch))
    const conflicts = baseHash === this.hash ? [] : collisionsOf(wanted, differencesOf(this.base, this.entry))
    const after = Tree.parse(patched(this.entry, patch))
    const differences = differencesOf(this.entry, after)
    return { after, differences, conflicts, secrets: secretsIn(differences) }
  }

  private preview(wanted: ChangeConfig) {
    if (this.isAway) return problem(503, 'unavailable')
    const { after, differences, conflicts, secrets } = this.plan(wanted)
    const restarts = differences.some(({ path }) => this.restartsAt.includes(path))
    const changes = differences.map((one) => ({
      ...one,
      title: null,
      reloadKind: this.restartsAt.includes(one.path) ? ('restart' as const) : ('hot' as const),
    }))
    const meaning = semanticDiff(this.entry, after)
    const told: ConfigPreview = { freshness: live, hash: this.hash, changes, meaning, restarts, conflicts, secrets }
    return Response.json(told)
  }

  private change(wanted: ChangeConfig) {
    const { after, differences, conflicts } = this.plan(wanted)
    if (conflicts.length > 0)
      return problem(409, 'stale', { errors: conflicts.map((path) => ({ path, message: 'x' })) })
    this.entry = after
    this.base = after
    const change = aChange({ kind: 'config', touches: differences.map(({ path }) => path), reference: this.hash })
    return Response.json({ change, differences })
  }

  private file(name: string, method: string, body: unknown) {
    if (method !== 'PUT') return Response.json(this.fileNow(name))
    const { content, expectedHash } = PutFile.parse(body)
    if (expectedHash !== this.fileNow(name).hash) return problem(409, 'stale')
    this.files[name] = content
    return Response.json({ change: aChange({ kind: 'file', touches: [name] }), file: this.fileNow(name) })
  }

  private fileNow(name: string): AgentFile {
    const content = this.files[name] ?? ''
    const hash = content === '' ? null : sha256(content)
    const redactions = content.split(sentinel).length - 1
    return { ...factsOf(name), hash, content, redactions, freshness: this.freshness }
  }
}

const factsOf = (name: string) => ({ name, isMissing: false, sizeBytes: 3, updatedAt: at })

const aNode: ConfigSchema = {
  ...{ path: 'agents.entries.*.name', title: 'Name', description: null, reloadKind: 'hot', isAdvanced: false },
  ...{ schema: { type: 'string' }, children: [] },
}

export const aChange = (given: Partial<AgentChange> = {}): AgentChange => ({
  ...{ id: anId('cmd', 1), agentId: anId('agt', 1), kind: 'config', state: 'confirmed', touches: [], before: null },
  ...{ after: null, reference: null, jobId: null, failure: null, detail: null },
  ...{ orderedBy: { id: anId('usr', 1), name: 'Lin' }, orderedAt: at, deadline: at, endedAt: at },
  ...given,
})
