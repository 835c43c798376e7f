import { type Comment, WriteComment } from '../../../worker/features/approvals/attention/contract.ts'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { BatchDecision } from '../../../worker/features/approvals/decision/contract.ts'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import type { GrantCoverage, GrantProposal } from '../../../worker/features/grants/contract.ts'
import { capabilitiesOf, type Role } from '../../../worker/platform/access/contract.ts'
import type { ProblemCode } from '../../../worker/platform/contract.ts'
import { anId } from './build.ts'

export type Call = { method: string; path: string; query: URLSearchParams; body: unknown; headers: Headers }

export const problem = (status: number, code: ProblemCode, more: object = {}) =>
  Response.json(
    { type: 'about:blank', title: code, status, code, detail: `it is ${code}`, requestId: 'req-test-1', ...more },
    { status },
  )

/** A small server behind `fetch`: one person, one organization, the approvals given, and one live stream. */
export class FakeServer {
  readonly calls: Call[] = []
  role: Role = 'owner'
  /** Answers before anything else when it gives an answer. */
  intercept: (call: Call) => Response | undefined | Promise<Response> = () => undefined
  private streams: ReadableStreamDefaultController<Uint8Array>[] = []
  readonly approvals: Approval[]
  readonly comments: Comment[] = []
  proposals: GrantProposal[] = []
  passkeys = 0
  coverage: GrantCoverage | null = null

  constructor(approvals: Approval[] = []) {
    this.approvals = approvals
  }

  /** Stands in for the global fetch. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input), 'http://localhost')
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const call = {
      method: init.method ?? 'GET',
      path: url.pathname.replace('/api/v1', ''),
      query: url.searchParams,
      body,
      headers: new Headers(init.headers),
    }
    this.calls.push(call)
    return (await this.intercept(call)) ?? this.answer(call, init.signal)
  }

  /** Calls of one path, such as `POST /auth/refresh`. */
  callsOf(line: string) {
    return this.calls.filter((call) => `${call.method} ${call.path}` === line)
  }

  /** Sends to every open stream. */
  tell(...entries: AuditEntry[]) {
    const text = entries.map((entry) => `id: ${entry.seq}\nevent: event\ndata: ${JSON.stringify(entry)}\n\n`).join('')
    for (const stream of this.streams) stream.enqueue(new TextEncoder().encode(text))
  }

  /** Ends every open stream, as the server does from time to time. */
  hangUp() {
    for (const stream of this.streams) stream.close()
    this.streams = []
  }

  get openStreams() {
    return this.streams.length
  }

  private answer(call: Call, signal: AbortSignal | null | undefined) {
    const organization = { id: anId('org', 1), name: 'Acme', role: this.role }
    const page = (items: unknown[]) => Response.json({ items, nextCursor: null })
    const [, area, id, verb] = call.path.split('/')
    if (call.path === '/activity/events') return this.stream(signal)
    if (call.path === '/me')
      return Response.json({
        id: anId('usr', 1),
        email: 'lin@acme.example',
        name: 'Lin',
        emailVerified: true,
        totpEnabled: false,
        passkeys: this.passkeys,
        providers: [],
        organization,
        organizations: [organization],
      })
    if (call.path === '/me/capabilities')
      return Response.json({
        organizationId: organization.id,
        role: this.role,
        capabilities: capabilitiesOf(this.role),
      })
    if (area === 'approvals' && id === undefined) {
      const wanted = call.query.get('state')
      const isOpen = ({ state }: Approval) => state === 'pending' || state === 'decided'
      const isMine = (one: Approval) =>
        one.state === 'pending' && one.refusedToCaller === null && one.snoozedUntil === null
      return page(
        this.approvals.filter((one) => (wanted === 'mine' ? isMine(one) : isOpen(one) === (wanted === 'open'))),
      )
    }
    if (area === 'approvals' && id === 'shown') return new Response(null, { status: 204 })
    if (area === 'approvals' && id === 'batch') return this.decideBatch(BatchDecision.parse(call.body))
    if (area === 'approvals' && id === 'grants') return Response.json(this.coverage)
    if (area === 'approvals') {
      const found = this.approvals.find((one) => one.id === id)
      if (!found) return problem(404, 'not_found')
      if (verb === undefined) return Response.json(found)
      if (verb === 'context')
        return Response.json({
          trace: [],
          precedent: { allowed: 0, refused: 0, undecided: 0, last: null },
          comments: this.comments,
        })
      if (verb === 'grant-proposals') return page(this.proposals)
      if (verb === 'comments') {
        const comment = { id: anId('cmt', 1), by: { id: anId('usr', 1), name: 'Lin' }, at: new Date().toISOString() }
        this.comments.push({ ...comment, ...WriteComment.parse(call.body) })
        return Response.json(this.comments.at(-1), { status: 201 })
      }
      if (verb === 'snooze' || verb === 'hand-over') return Response.json(found)
      if (found.state !== 'pending') return problem(409, 'conflict')
      found.state = 'decided'
      found.decision = {
        outcome: verb === 'reject' ? 'reject' : 'allow_once',
        by: { kind: 'member', id: anId('usr', 1), name: 'Lin' },
        at: new Date().toISOString(),
        reason: null,
      }
      return Response.json(found)
    }
    return page([])
  }

  private decideBatch({ items }: BatchDecision) {
    const results = items.map(({ id }) => {
      const found = this.approvals.find((one) => one.id === id)
      const code = found === undefined ? 'not_found' : found.state === 'pending' ? null : 'already_decided'
      if (code || !found) return { ok: false, id, code, detail: `it is ${code}` }
      found.state = 'decided'
      return { ok: true, id, state: found.state }
    })
    const decided = results.filter(({ ok }) => ok).length
    return Response.json({ decided, failed: items.length - decided, items: results })
  }

  private stream(signal: AbortSignal | null | undefined) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.streams.push(controller)
        controller.enqueue(new TextEncoder().encode('retry: 2000\n: from 10\n\n'))
        signal?.addEventListener('abort', () => {
          if (!this.streams.includes(controller)) return
          this.streams = this.streams.filter((one) => one !== controller)
          controller.error(new DOMException('aborted', 'AbortError'))
        })
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
}
