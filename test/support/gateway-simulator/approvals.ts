import { randomUUID } from 'node:crypto'
import { ApprovalBook } from './approval-book.ts'
import { type Client, type Clients, isApprovalSurface } from './clients.ts'
import { Refusal } from './protocol.ts'

export type Decision = 'allow-once' | 'allow-always' | 'deny'
export type ApprovalKind = 'exec' | 'plugin'

export type ApprovalRecord = {
  kind: ApprovalKind
  id: string
  request: Record<string, unknown>
  createdAtMs: number
  expiresAtMs: number
  allowed: readonly Decision[]
  /** The device whose run asked; it and administrators see the approval, and everybody when there is none. */
  requestedByDevice: string | null
  decision: Decision | null
  resolvedAtMs: number | null
  resolvedBy: string | null
  settle: (decision: Decision | null) => void
}

/** Pending and resolved approvals with the gateway's rules: who sees one, first answer wins, the same answer again is fine. */
export class ApprovalDesk {
  readonly records = new Map<string, ApprovalRecord>()
  /** Set to answer every allow-always as a gateway does that finds it cannot keep it. */
  alwaysUnavailable = false
  readonly #clients: Clients
  readonly #ttlMs: number
  readonly #book: ApprovalBook

  constructor(clients: Clients, ttlMs: number, book = new ApprovalBook(null)) {
    this.#clients = clients
    this.#ttlMs = ttlMs
    this.#book = book
    this.#recallDecided()
  }

  /** Waits for a decision; `no-surface` when nobody is connected who could be asked, null when it expired. */
  async ask(
    kind: ApprovalKind,
    request: Record<string, unknown>,
    options: { allowed: readonly Decision[]; requestedByDevice: string | null; onAsked: (id: string) => void },
  ): Promise<{ decision: Decision | null | 'no-surface'; id: string | null }> {
    const surfaces = [...this.#clients.all].filter(isApprovalSurface)
    const { allowed, requestedByDevice } = options
    const visible = (client: Client) => this.#sees(client, requestedByDevice)
    if (!surfaces.some(visible)) return { decision: 'no-surface', id: null }
    const id = kind === 'plugin' ? `plugin:${randomUUID()}` : randomUUID()
    const createdAtMs = Date.now()
    const record: ApprovalRecord = {
      kind,
      id,
      request: { ...request, allowedDecisions: allowed },
      createdAtMs,
      expiresAtMs: createdAtMs + this.#ttlMs,
      allowed,
      requestedByDevice,
      decision: null,
      resolvedAtMs: null,
      resolvedBy: null,
      settle: () => undefined,
    }
    const decided = new Promise<Decision | null>((resolve) => {
      record.settle = resolve
    })
    this.records.set(id, record)
    const { expiresAtMs } = record
    const asked = {
      kind,
      id,
      request: record.request,
      createdAtMs,
      expiresAtMs,
      allowed: [...allowed],
      requestedByDevice,
    }
    this.#book.write({ what: 'requested', ...asked })
    const payload = { approvalKind: kind, id, request: record.request, createdAtMs, expiresAtMs }
    this.#clients.broadcast(`${kind}.approval.requested`, payload, (c) => isApprovalSurface(c) && visible(c))
    options.onAsked(id)
    const timer = setTimeout(() => this.expire(id), this.#ttlMs)
    const decision = await decided
    clearTimeout(timer)
    return { decision, id }
  }

  pending(kind: ApprovalKind, client: Client) {
    return this.#of(kind, client)
      .filter((record) => record.decision === null)
      .map(({ id, request, createdAtMs, expiresAtMs }) => ({
        id,
        request,
        createdAtMs,
        expiresAtMs,
        approvalKind: kind,
      }))
  }

  get(kind: ApprovalKind, client: Client, id: string) {
    const record = this.#of(kind, client).find((candidate) => candidate.id === id && candidate.decision === null)
    if (!record) throw notFound()
    const { command, agentId, host, nodeId } = record.request
    const base = { id, commandText: command, commandPreview: null, allowedDecisions: record.allowed }
    return { ...base, host, nodeId: nodeId ?? null, agentId, expiresAtMs: record.expiresAtMs }
  }

  history(client: Client) {
    const items = [...this.records.values()]
      .filter((record) => record.decision !== null && this.#sees(client, record.requestedByDevice))
      .sort((a, b) => (b.resolvedAtMs ?? 0) - (a.resolvedAtMs ?? 0))
      .map((record) => ({
        id: record.id,
        status: record.decision === 'deny' ? 'denied' : 'allowed',
        presentation: { kind: record.kind, commandText: record.request.command },
        resolvedAtMs: record.resolvedAtMs,
        createdAtMs: record.createdAtMs,
        expiresAtMs: record.expiresAtMs,
        reason: 'user',
        decision: record.decision,
        resolver: { kind: 'runtime', id: record.resolvedBy },
      }))
    return { items }
  }

  resolve(kind: ApprovalKind, client: Client | null, id: string, decision: string): { ok: true } {
    if (decision !== 'allow-once' && decision !== 'allow-always' && decision !== 'deny') {
      throw new Refusal('INVALID_REQUEST', 'invalid decision')
    }
    const record = this.records.get(id)
    if (!record || record.kind !== kind || (client && !this.#sees(client, record.requestedByDevice))) throw notFound()
    if (record.decision === decision) return { ok: true }
    if (record.decision !== null) {
      throw new Refusal('INVALID_REQUEST', 'approval already resolved', { reason: 'APPROVAL_ALREADY_RESOLVED' })
    }
    if (!record.allowed.includes(decision) || (decision === 'allow-always' && this.alwaysUnavailable)) {
      throw new Refusal('INVALID_REQUEST', `${decision} is unavailable for this command`, {
        reason: 'APPROVAL_ALLOW_ALWAYS_UNAVAILABLE',
      })
    }
    const resolvedAtMs = Date.now()
    const resolvedBy = client ? (client.connect.client.displayName ?? client.connect.client.id) : 'gateway'
    this.#book.write({ what: 'resolved', id, decision, resolvedAtMs, resolvedBy })
    Object.assign(record, { decision, resolvedAtMs, resolvedBy })
    const payload = { id, decision, resolvedBy: record.resolvedBy, ts: record.resolvedAtMs, request: record.request }
    this.#clients.broadcast(
      `${kind}.approval.resolved`,
      payload,
      (c) => isApprovalSurface(c) && this.#sees(c, record.requestedByDevice),
    )
    record.settle(decision)
    return { ok: true }
  }

  /** What was asked becomes something else, as a gateway with a fault might let it. */
  change(id: string, request: Record<string, unknown>): void {
    const record = this.records.get(id)
    if (!record) throw notFound()
    record.request = { ...record.request, ...request }
  }

  /** The gateway's own deadline: it tells of a denial by nobody, and its history holds no decision. */
  expire(id: string): void {
    const record = this.records.get(id)
    if (!record || record.decision !== null) return
    const payload = { id, decision: 'deny', resolvedBy: null, ts: Date.now(), request: record.request }
    this.#forget(record)
    this.#clients.broadcast(
      `${record.kind}.approval.resolved`,
      payload,
      (c) => isApprovalSurface(c) && this.#sees(c, record.requestedByDevice),
    )
  }

  /** What a restart does to everything that still waits. */
  forgetPending(): void {
    for (const record of this.records.values()) if (record.decision === null) this.#forget(record)
  }

  /** Of what an earlier process knew, the decisions are kept and what was pending is gone. */
  #recallDecided(): void {
    const happenings = this.#book.read()
    const decided = new Map(happenings.flatMap((each) => (each.what === 'resolved' ? [[each.id, each]] : [])))
    for (const asked of happenings) {
      const { decision, resolvedAtMs, resolvedBy } = decided.get(asked.id) ?? {}
      if (asked.what !== 'requested' || !decision) continue
      const outcome = { decision, resolvedAtMs: resolvedAtMs ?? null, resolvedBy: resolvedBy ?? null }
      this.records.set(asked.id, { ...asked, ...outcome, settle: () => undefined })
    }
  }

  #forget(record: ApprovalRecord): void {
    this.records.delete(record.id)
    record.settle(null)
  }

  #of(kind: ApprovalKind, client: Client): ApprovalRecord[] {
    return [...this.records.values()].filter(
      (record) => record.kind === kind && this.#sees(client, record.requestedByDevice),
    )
  }

  #sees(client: Client, requestedByDevice: string | null): boolean {
    if (client.scopes.includes('operator.admin')) return true
    return requestedByDevice === null || requestedByDevice === client.connect.device?.id
  }
}

const notFound = () =>
  new Refusal('INVALID_REQUEST', 'unknown or expired approval id', {
    reason: 'APPROVAL_NOT_FOUND',
    remediation: 'Ask for the action again; what was pending is cleared by expiry and by a restart.',
  })
