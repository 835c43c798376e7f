import { createHash } from 'node:crypto'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import type { Connector } from '../../../worker/features/connectors/contract.ts'
import {
  type AgentDrift,
  RollBack,
  type RollbackPreview,
  RollbackTo,
  type RolledBack,
  type Snapshot,
} from '../../../worker/features/snapshots/contract.ts'
import { applyDiff, semanticDiff } from '../../../worker/features/snapshots/diff/index.ts'
import { anApproval, anId } from './build.ts'
import { type Call, FakeServer, problem } from './fake-server.ts'

type Content = Record<string, unknown>
const at = '2026-11-21T10:00:00.000Z'
const agentId = anId('agt', 1)

/** One agent at a gateway, its versions, and the way back, behind `fetch`. */
export class VersionsServer extends FakeServer {
  readonly versions: (Snapshot & { content: Content })[] = []
  agent: Agent = {
    ...{ id: agentId, connectorId: anId('con', 1), connectorName: 'edge', runtime: 'openclaw', externalId: 'ledger' },
    ...{ name: 'Ledger', model: null, workspace: null, toolsProfile: null, isDefault: false, state: 'active' },
    ...{ activity: 'idle', pendingApprovals: 0, firstSeenAt: at, lastSeenAt: at, lastActiveAt: null },
    ...{ displayName: null, owner: null, resourceGroup: null, tags: [], version: 1, control: 'enabled', stop: null },
    ...{ disabledAt: null, disabledReason: null, health: 'healthy', healthCauses: [], healthSince: null },
    isFlapping: false,
  }
  connector: Connector = {
    ...{ id: anId('con', 1), name: 'edge', runtime: 'openclaw', state: 'online', version: null, platform: null },
    gateway: { connected: true, version: null, bootId: null, detail: null },
    ...{ groups: ['read', 'manage'], agents: 1, health: 'healthy', healthCauses: [], healthSince: null },
    ...{ isFlapping: false, clockSkewMs: null, tokenHint: 'abcd', createdAt: at, connectedAt: at, lastSeenAt: at },
  }
  /** What the gateway says: the newest version, unless somebody changes it behind the page's back. */
  live: Content = {}
  isAway = false
  more: Partial<RollbackPreview> = {}
  approval: Approval | null = null

  constructor(...contents: [Content, ...Content[]]) {
    super()
    for (const [index, content] of contents.entries()) this.make(content, index === 0 ? 'first_seen' : 'elsewhere')
    this.intercept = (call) => this.route(call)
  }

  make(content: Content, cause: Snapshot['cause'], given: Partial<Snapshot> = {}) {
    const version = this.versions.length + 1
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex')
    this.versions.push({
      ...{ id: anId('snp', version), agentId, connectorId: anId('con', 1), scope: 'agent_config', version, hash },
      ...{ cause, author: null, at },
      ...{
        changeId: null,
        approvalId: null,
        traceId: null,
        restores: null,
        risk: null,
        changes: null,
        ...given,
        content,
      },
    })
    this.live = content
    return this.versions.at(-1)
  }

  /** What is live becomes a version when it is looked at. */
  private look() {
    const newest = this.versions.at(-1)
    if (newest && newest.content !== this.live) this.make(this.live, 'elsewhere')
    return this.at(this.versions.length)
  }

  private at(version: number) {
    const found = this.versions[version - 1]
    if (!found) throw new Error(`no version ${version}`)
    return found
  }

  private route({ method, path, query, body }: Call): Response | undefined {
    const rest = path.replace(`/agents/${agentId}`, '')
    const isForConfig = query.get('scope') === null || query.get('scope') === 'agent_config'
    if (path === `/agents/${agentId}`) return Response.json(this.agent)
    if (path === `/connectors/${this.connector.id}`) return Response.json(this.connector)
    if (path === `/approvals/${this.approval?.id}`) return Response.json(this.approval)
    if (path === '/approvals' && query.get('agentId') === agentId)
      return Response.json({ items: this.approval ? [this.approval] : [], nextCursor: null })
    if (rest === '/versions')
      return Response.json({ items: isForConfig ? this.versions.toReversed() : [], nextCursor: null })
    if (rest.startsWith('/versions/')) {
      const found = this.versions[Number(rest.split('/')[2]) - 1]
      return found ? Response.json(found) : problem(404, 'not_found')
    }
    if (rest === '/drift' || rest === '/drift-check') {
      if (rest === '/drift-check') this.look()
      return this.isAway && method === 'POST' ? problem(503, 'unavailable') : Response.json(this.drift())
    }
    if (rest === '/drift/accept') return Response.json(this.make(this.live, 'accepted'))
    if (rest === '/diff') return this.diff(query.get('from') ?? '', query.get('to') ?? '')
    if (rest === '/rollback/preview') return this.preview(RollbackTo.parse(body))
    if (rest === '/rollback') return this.rollBack(RollBack.parse(body))
    return undefined
  }

  private diff(from: string, to: string) {
    if (this.isAway && [from, to].includes('live')) return problem(503, 'unavailable')
    const [left, right] = [from, to].map((end) => (end === 'live' ? this.look() : this.at(Number(end))))
    if (!left || !right) return problem(404, 'not_found')
    return Response.json({ scope: 'agent_config', from: left, to: right, ...semanticDiff(left.content, right.content) })
  }

  private drift(): AgentDrift {
    const trusted = this.versions.findLast(({ cause }) => cause !== 'elsewhere') ?? this.at(1)
    const newest = this.at(this.versions.length)
    const { changes, risk } = semanticDiff(trusted.content, newest.content)
    const drifted = risk !== null
    const scope = 'agent_config'
    return { checkedAt: at, scopes: [{ scope, drifted, trusted, newest, since: drifted ? at : null, changes, risk }] }
  }

  private planned({ version, categories }: RollbackTo): RollbackPreview & { target: Content } {
    const [live, to] = [this.look(), this.at(version)]
    const wanted = semanticDiff(live.content, to.content).changes.filter(
      ({ category }) => categories === undefined || categories.includes(category),
    )
    const target = applyDiff(live.content, { changes: wanted })
    const { risk } = semanticDiff(live.content, target)
    const digest = createHash('sha256')
      .update(JSON.stringify([live.version, version, target]))
      .digest('hex')
    return {
      ...{ to, live, changes: wanted, risk, needsApproval: risk === 'critical', secrets: [], blocked: [], left: [] },
      ...{ restarts: false, dependsOn: [], missing: [], exact: categories === undefined, digest, target, ...this.more },
    }
  }

  private preview(wanted: RollbackTo) {
    return this.isAway ? problem(503, 'unavailable') : Response.json(this.planned(wanted))
  }

  private rollBack({ digest, ...wanted }: RollBack) {
    const plan = this.planned(wanted)
    const answer = (told: Partial<RolledBack>, status = 200) =>
      Response.json(
        { state: 'done', approvalId: null, change: null, verified: null, files: [], snapshot: null, ...told },
        { status },
      )
    if (plan.changes.length === 0) return answer({ state: 'nothing' })
    if (plan.digest !== digest) return problem(409, 'stale')
    if (plan.needsApproval && this.approval?.decision?.outcome !== 'allow_once') {
      const told = { digest, from: plan.live.version, to: wanted.version }
      const asked = { source: 'api', action: 'config.rollback', arguments: told, risk: 'critical' } as const
      this.approval ??= anApproval(7, asked)
      return answer({ state: 'waiting', approvalId: this.approval.id }, 202)
    }
    const snapshot = this.make(plan.target, 'rollback', { restores: wanted.version }) ?? null
    return answer({ verified: true, snapshot })
  }
}
