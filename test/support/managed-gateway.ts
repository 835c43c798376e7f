import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { applyRoster } from '../../worker/features/agents/apply-roster.ts'
import { patched } from '../../worker/features/agents/config/rules.ts'
import type {
  Command,
  CommandFailure,
  CommandGroup,
  CommandResult,
} from '../../worker/features/connectors/link/commands/contract.ts'
import {
  type GatewayAnswer,
  sentinel,
  type Tools,
  Tree,
} from '../../worker/features/connectors/link/questions/contract.ts'
import { connectorContext } from '../../worker/features/connectors/session.ts'
import { aConnector, Link } from './connector-link.ts'
import { aGatewayAgent } from './gateway-events.ts'
import type { Person } from './organizations.ts'

const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex')
type Told = Omit<Extract<CommandResult, { ok: true }>, 'kind' | 'id'>

const aChannel = (id: string) => ({ id, label: id, isConfigured: true, isRunning: true, accounts: [] })
const aSkill = (key: string) => {
  const nothing = { bins: [], env: [], config: [] }
  const facts = { description: '', source: 'bundled', isBundled: true, isDisabled: false, isEligible: true }
  return { key, name: key, ...facts, blockedBy: null, requires: nothing, missing: nothing }
}
const aModel = (name: string) => {
  const [provider = '', id = ''] = name.split('/')
  return { id, provider, name, contextWindow: null, isReasoning: false, isAvailable: true }
}

/** A gateway with one agent behind a connector that tells it word by word: what is asked is answered, what is ordered done. */
export class ManagedGateway {
  readonly commands: Command[] = []
  entry: Tree = { name: 'Main', tools: { deny: ['browser'] } }
  /** What all agents share: everything of the configuration beside their entries and the bindings. */
  shared: Tree = { agents: { defaults: {} }, tools: { profile: 'full' } }
  /** All entries of `bindings`, also those of other agents. */
  bindings: Tree[] = []
  /** Somebody broke its configuration file: it says so, and reads nothing from it. */
  isBroken = false
  /** Names of what the gateway has for its agent. */
  models: string[] = []
  skills: string[] = []
  /** What it says of its skills beside their names. */
  skillFacts: { version?: string | null; content?: string | null } = {}
  catalog: Tools = { profile: null, groups: [] }
  /** That are set up. */
  channels: string[] = []
  files = new Map<string, string>()
  /** Files that are no text, in place of what `files` or `memory` says of the same name. */
  bytes = new Map<string, Uint8Array>()
  /** Files of the agent's memory, by their paths. */
  memory = new Map<string, string>()
  /** What it says of them in its list; all of them, without a time, while this is null. */
  memoryListed: { path: string; sizeBytes: number; updatedAt: string | null }[] | null = null
  /** Instead of what it would do; null keeps silent. */
  instead: ((command: Command) => CommandFailure | null | undefined) | null = null
  readonly link: Link

  constructor(link: Link) {
    this.link = link
    link.onCommand = (command) => this.take(command)
  }

  get hash(): string {
    return `hash-${sha256(JSON.stringify([this.entry, this.bindings, this.shared])).slice(0, 12)}`
  }

  take(command: Command): void {
    this.commands.push(command)
    const failure = this.instead?.(command)
    if (failure === null) return
    if (failure) this.link.answer(command.id, failure)
    else this.link.send({ kind: 'result', id: command.id, ...this.tell(command) })
  }

  changes(): Command[] {
    return this.commands.filter(({ command }) => command === 'gateway.change')
  }

  private tell(command: Command): ({ ok: true } & Told) | { ok: false; failure: CommandFailure; detail: string } {
    if (command.command === 'gateway.ask') return { ok: true, answer: this.answerTo(command.params) }
    if (command.command !== 'gateway.change') return { ok: true }
    const { params } = command
    const done = { wasAlready: false, before: null, after: null, reference: null, jobId: null }
    if (params.change === 'config.patch') {
      if (params.baseHash !== this.hash) return { ok: false, failure: 'stale', detail: 'changed since' }
      this.entry = Tree.parse(patched(this.entry, params.patch))
      return { ok: true, done: { ...done, reference: this.hash } }
    }
    if (params.change === 'bindings.put') {
      if (params.baseHash !== this.hash) return { ok: false, failure: 'stale', detail: 'changed since' }
      this.bindings = [...this.bindings.filter(({ agentId }) => agentId !== params.agent), ...params.bindings]
      const after = sha256(canonicalize({ bindings: params.bindings }) ?? '')
      return { ok: true, done: { ...done, after, reference: this.hash } }
    }
    if (params.change === 'file.put') {
      const held = this.bytes.get(params.name) ?? this.files.get(params.name)
      const before = held === undefined ? null : sha256(held)
      if (before !== params.expectedHash) return { ok: false, failure: 'stale', detail: 'changed since' }
      this.bytes.delete(params.name)
      this.files.set(params.name, params.content)
      return { ok: true, done: { ...done, before, after: sha256(params.content) } }
    }
    if (params.change === 'agent.create' || params.change === 'agent.delete')
      return { ok: true, done: { ...done, reference: params.agent } }
    if (params.change === 'memory.put' || params.change === 'memory.delete') {
      const held = this.bytes.get(params.path) ?? this.memory.get(params.path)
      const before = held === undefined ? null : sha256(held)
      if (before !== params.expectedHash) return { ok: false, failure: 'stale', detail: 'changed since' }
      this.bytes.delete(params.path)
      if (params.change === 'memory.put') this.memory.set(params.path, params.content)
      else this.memory.delete(params.path)
      return {
        ok: true,
        done: { ...done, before, after: params.change === 'memory.put' ? sha256(params.content) : null },
      }
    }
    return { ok: true, done: { ...done, jobId: 'job-1' } }
  }

  private answerTo(asked: Extract<Command, { command: 'gateway.ask' }>['params']): GatewayAnswer {
    const source = {
      ...this.shared,
      agents: { ...Tree.parse(this.shared.agents ?? {}), entries: { main: this.entry } },
      bindings: this.bindings,
    }
    switch (asked.question) {
      case 'config':
        if (this.isBroken) {
          const issues = [{ path: 'agents.entries', message: 'JSON5: unexpected end' }]
          const nothing = { valid: false, issues, source: {}, completed: {} }
          return { question: 'config', config: { hash: 'hash-broken', ...nothing } }
        }
        return { question: 'config', config: { hash: this.hash, valid: true, issues: [], source, completed: source } }
      case 'config.schema': {
        const node = { title: asked.path, description: null, reloadKind: 'hot' as const, isAdvanced: false }
        return { question: 'config.schema', node: { ...node, path: asked.path, schema: {}, children: [] } }
      }
      case 'files.get': {
        const bytes = this.bytes.get(asked.name)
        // As a gateway does it: what is no text comes as the nearest text, with the hash of what it is.
        const content = bytes ? new TextDecoder().decode(bytes) : this.files.get(asked.name)
        const sizeBytes = bytes?.length ?? null
        const facts = { name: asked.name, isMissing: content === undefined, sizeBytes, updatedAt: null }
        const hash = content === undefined ? null : sha256(bytes ?? content)
        const text = (content ?? '').replaceAll(/sk-\w+/g, sentinel)
        const redactions = (content ?? '').split('sk-').length - 1
        return { question: 'files.get', file: { ...facts, hash, content: text, redactions } }
      }
      case 'tools.catalog':
        return { question: 'tools.catalog', tools: this.catalog }
      case 'tools.effective':
        return { question: 'tools.effective', tools: { profile: null, groups: [] } }
      case 'skills':
        return {
          question: 'skills',
          skills: this.skills.map((key) => ({ ...aSkill(key), ...this.skillFacts })),
          isComplete: true,
        }
      case 'channels':
        return { question: 'channels', channels: this.channels.map(aChannel) }
      case 'files.list':
        return {
          question: 'files.list',
          files: [...new Map<string, string | Uint8Array>([...this.files, ...this.bytes])].map(
            ([name, { length }]) => ({
              name,
              isMissing: false,
              sizeBytes: length,
              updatedAt: null,
            }),
          ),
          isComplete: true,
        }
      case 'sessions':
        return { question: 'sessions', sessions: [], isComplete: true }
      case 'models':
        return { question: 'models', models: this.models.map(aModel), isComplete: true }
      case 'models.auth':
        return { question: 'models.auth', providers: [], isKnown: true, isComplete: true }
      case 'cron.list':
        return { question: 'cron.list', jobs: [], isComplete: true }
      case 'cron.runs':
        return { question: 'cron.runs', runs: [], nextOffset: null }
      case 'memory.status':
        return { question: 'memory.status', isAvailable: false, detail: null }
      case 'stops.preview':
        return { question: asked.question, activeSessions: 0, subAgents: 0, enabledJobs: 0, hasPlugin: false }
      case 'memory.search': {
        const { query } = asked
        const found = [...this.memory].filter(([, content]) => content.includes(query))
        const hits = found.map(([path, snippet]) => ({ path, snippet, line: 1, score: 1 }))
        return { question: 'memory.search', hits, searchedBy: 'text', isComplete: true }
      }
      case 'memory.files': {
        const all = [...this.memory.keys()].map((path) => ({ path, sizeBytes: 1, updatedAt: null }))
        const files = this.memoryListed ?? all
        return { question: 'memory.files', files, isComplete: true, reach: 'all' }
      }
      case 'memory.file': {
        const bytes = this.bytes.get(asked.path)
        const content = bytes ? new TextDecoder().decode(bytes) : this.memory.get(asked.path)
        const hash = content === undefined ? null : sha256(bytes ?? content)
        const text = (content ?? '').replaceAll(/sk-\w+/g, sentinel)
        const redactions = (content ?? '').split('sk-').length - 1
        const facts = { path: asked.path, sizeBytes: content?.length ?? null, updatedAt: null }
        return {
          question: 'memory.file',
          file: { ...facts, isMissing: content === undefined, hash, content: text, redactions },
        }
      }
    }
  }
}

/** An agent of an organization whose gateway is there and, unless its connector is told otherwise, may be changed. */
export const aManagedAgent = async (owner: Person, groups: CommandGroup[] = ['read', 'approvals', 'manage']) => {
  const connector = await aConnector(owner.ctx)
  const link = await Link.welcome(connector.token, { groups })
  const gateway = new ManagedGateway(link)
  const ctx = connectorContext(owner.ctx, owner.organizationId, connector.id)
  const ids = await applyRoster(ctx, connector.id, [aGatewayAgent('main', { name: 'Main' })])
  const id = ids.get('main') ?? ''
  return { connector, link, gateway, id, path: `/api/v1/agents/${id}` }
}
