import { env, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { streamEvents } from '../../../worker/features/activity/stream.ts'
import { ListEvents, TracedEntry } from '../../../worker/features/audit/contract.ts'
import { listEvents } from '../../../worker/features/audit/list.ts'
import { traced } from '../../../worker/features/audit/traces/spans.ts'
import type { OrganizationContext } from '../../../worker/platform/context.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anEvent } from '../../support/audit-events.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

/** Reads Server-Sent Events the way the specification says. */
class Reader {
  readonly entries: TracedEntry[] = []
  readonly ids: number[] = []
  comments = 0
  ended = false
  private left = false
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>

  constructor(stream: ReadableStream<Uint8Array>) {
    this.reader = stream.getReader()
    void this.read()
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    try {
      for (let part = await this.reader.read(); !part.done; part = await this.reader.read()) {
        const blocks = `${rest}${decoder.decode(part.value, { stream: true })}`.split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) this.take(block.split('\n'))
      }
    } catch (error) {
      if (!this.left) throw error
    } finally {
      this.ended = true
    }
  }

  private take(lines: string[]): void {
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
    if (lines.some((line) => line.startsWith(':'))) this.comments += 1
    const data = field('data')
    if (data === undefined) return
    this.entries.push(TracedEntry.parse(JSON.parse(data)))
    this.ids.push(Number(field('id')))
  }

  async leave(): Promise<void> {
    this.left = true
    await this.reader.cancel()
  }
}

const open = async (person: Person, query = '', headers: Record<string, string> = {}) => {
  const answer = await call(`/api/v1/activity/events${query}`, {
    headers: { ...(await person.authorization()), ...headers },
  })
  if (!answer.body) throw new Error(`answered ${answer.status}`)
  return new Reader(answer.body)
}
const append = ({ organizationId }: Person, count: number, facts = {}) =>
  auditLog(env, organizationId).append(Array.from({ length: count }, () => anEvent(facts)))
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 10 })
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const tails = ({ organizationId }: Person) =>
  runInDurableObject(
    env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)),
    (_: AuditLog, state) => state.getWebSockets().length,
  )

describe('the stream', () => {
  test('says what it is and begins now', async () => {
    const owner = await anOrganization()
    await append(owner, 3)
    const answer = await call('/api/v1/activity/events', { headers: await owner.authorization() })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store, no-transform')
    if (!answer.body) throw new Error('no body')
    const reader = new Reader(answer.body)
    await eventually(async () => expect(await tails(owner)).toBe(1))
    await append(owner, 2)
    await eventually(() => expect(reader.ids).toEqual([4, 5]))
    expect(reader.entries).toEqual((await checkAuditLog(owner.organizationId)).slice(3).map(traced))
    await reader.leave()
  })

  test('tells each event as the list does, with its span in its trace, read anew or live', async () => {
    const owner = await anOrganization()
    const traceId = 'a'.repeat(32)
    const toolCall = {
      type: 'tool.started',
      traceId,
      payload: { runId: 'run', toolCallId: 'call', title: 'ls' },
    } as const
    await append(owner, 1, { type: 'run.started', traceId, payload: { runId: 'run' } })
    await append(owner, 1)
    const reader = await open(owner, '?after=0')
    await eventually(async () => expect(await tails(owner)).toBe(1))
    await append(owner, 1, toolCall)
    await eventually(() => expect(reader.ids).toEqual([1, 2, 3]))
    const { items } = await listEvents(owner.ctx, ListEvents.parse({ order: 'oldest' }))
    expect(reader.entries).toEqual(items)
    expect(reader.entries.map(({ spanId, parentSpanId }) => [spanId?.length, parentSpanId?.length])).toEqual([
      [16, undefined],
      [undefined, undefined],
      [16, 16],
    ])
    await reader.leave()
  })

  test('resumed again and again over 2,000 events, while more come, loses and repeats nothing', async () => {
    const owner = await anOrganization()
    const total = 2_000
    await append(owner, 200)
    const appending = (async () => {
      for (let sent = 200; sent < total; sent += 40) await append(owner, 40)
    })()
    const seen: number[] = []
    while (seen.length < total) {
      const reader = await open(owner, '?after=0', { 'last-event-id': String(seen.at(-1) ?? 0) })
      const enough = Math.min(seen.length + 137, total)
      await eventually(() => expect(seen.length + reader.ids.length).toBeGreaterThanOrEqual(enough))
      await reader.leave()
      seen.push(...reader.ids)
    }
    await appending
    expect(seen).toEqual(upTo(1, total))
    await checkAuditLog(owner.organizationId)
  })

  test('from far behind catches up by pages and goes on live, also when its filter matches little', async () => {
    const owner = await anOrganization()
    const agentId = newId('agt')
    await append(owner, 1, { agentId })
    for (let batch = 0; batch < 8; batch++) await append(owner, 200)
    const [all, few] = [await open(owner, '?after=0'), await open(owner, `?after=0&agentId=${agentId}`)]
    await eventually(() => expect(all.ids).toHaveLength(1_601))
    await eventually(async () => expect(await tails(owner)).toBe(2))
    await append(owner, 1, { agentId })
    await eventually(() => expect([all.ids.at(-1), few.ids]).toEqual([1_602, [1, 1_602]]))
    expect(all.ids).toEqual(upTo(1, 1_602))
    await Promise.all([all.leave(), few.leave()])
  })

  test('tells only what its filter says, live too', async () => {
    const owner = await anOrganization()
    await append(owner, 1, { risk: 'high' })
    await append(owner, 1)
    const reader = await open(owner, '?after=0&risk=high,critical')
    await eventually(async () => expect(await tails(owner)).toBe(1))
    await append(owner, 2)
    await append(owner, 1, { risk: 'critical' })
    await eventually(() => expect(reader.ids).toEqual([1, 5]))
    await reader.leave()
  })

  test('tells nothing of another organization', async () => {
    const [owner, stranger] = [await anOrganization(), await anOrganization()]
    const reader = await open(stranger, '?after=0')
    await eventually(async () => expect(await tails(stranger)).toBe(1))
    await append(owner, 5)
    await append(stranger, 1)
    await eventually(() => expect(reader.ids).toEqual([1]))
    expect(reader.entries).toEqual((await checkAuditLog(stranger.organizationId)).map(traced))
    await reader.leave()
  })

  test('of a reader who left holds nothing open', async () => {
    const owner = await anOrganization()
    const reader = await open(owner)
    await eventually(async () => expect(await tails(owner)).toBe(1))
    await reader.leave()
    await eventually(async () => expect(await tails(owner)).toBe(0))
  })

  test('is for those who may read activity, and for its own query', async () => {
    const owner = await anOrganization()
    const viewer = await aMember(owner.organizationId, 'viewer')
    expect((await call('/api/v1/activity/events')).status).toBe(401)
    const headers = await viewer.authorization()
    const refused = [
      '?after=-1',
      '?after=x',
      '?surprise=1',
      '?agentId=agt_short',
      '?type=,',
      '?risk=extreme',
      '?from=today',
    ]
    for (const query of refused) expect((await call(`/api/v1/activity/events${query}`, { headers })).status).toBe(422)
    expect((await call('/api/v1/activity/events', { headers: { ...headers, 'last-event-id': 'x' } })).status).toBe(422)
    const reader = await open(viewer)
    await reader.leave()
  })
})

describe('in quiet times', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  const quietly = async (person: Person, times: { heartbeatMs?: number; lifetimeMs?: number }) => {
    const work: Promise<unknown>[] = []
    const ctx: OrganizationContext = { ...person.ctx, waitUntil: (each) => void work.push(each) }
    return { reader: new Reader(await streamEvents(ctx, {}, undefined, times)), work }
  }

  test('a comment tells that the stream lives', async () => {
    const owner = await anOrganization()
    const { reader, work } = await quietly(owner, { heartbeatMs: 20 })
    await eventually(() => expect(reader.comments).toBeGreaterThan(3))
    expect(reader.ids).toEqual([])
    await reader.leave()
    await Promise.all(work)
    await eventually(async () => expect(await tails(owner)).toBe(0))
  })

  test('a stream ends after its lifetime, and its reader comes back where it was', async () => {
    const owner = await anOrganization()
    const { reader, work } = await quietly(owner, { lifetimeMs: 150 })
    await append(owner, 1)
    await eventually(() => expect(reader.ended).toBe(true))
    await Promise.all(work)
    await eventually(async () => expect(await tails(owner)).toBe(0))
    await append(owner, 1)
    const again = await open(owner, `?after=${reader.ids.at(-1) ?? 0}`)
    await eventually(() => expect([...reader.ids, ...again.ids]).toEqual([1, 2]))
    await again.leave()
  })

  test('a sequence that cannot be read ends the stream', async () => {
    const owner = await anOrganization()
    await append(owner, 1)
    const object = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(owner.organizationId))
    await runInDurableObject(object, (_: AuditLog, { storage }) => {
      storage.sql.exec('ALTER TABLE segments RENAME TO away')
    })
    const work: Promise<unknown>[] = []
    const ctx: OrganizationContext = { ...owner.ctx, waitUntil: (each) => void work.push(each) }
    const reader = new Reader(await streamEvents(ctx, {}, 0))
    await Promise.all(work)
    await eventually(() => expect(reader.ended).toBe(true))
  })
})
