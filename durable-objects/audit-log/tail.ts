import { z } from 'zod'
import { type AuditEntry, EventFilter } from '../../worker/features/audit/contract.ts'
import { traced } from '../../worker/features/audit/traces/spans.ts'
import { matches } from './filter.ts'
import { type EventPage, tailBehind } from './rpc.ts'
import { type Appended, entryOfAppended } from './store.ts'

/** What a listener's socket carries through hibernation. */
const Attachment = z.object({ filter: EventFilter })

/**
 * Everyone who listens live. Sockets hibernate: while nothing happens, no object runs. Each message is one entry as JSON,
 * with its place in its trace, as lists have it.
 */
export class LiveTail {
  private readonly ctx: DurableObjectState
  /** Cache of the attachments; eviction empties it. */
  private readonly filters = new WeakMap<WebSocket, EventFilter>()

  constructor(ctx: DurableObjectState) {
    this.ctx = ctx
  }

  /**
   * Accepts a listener who has everything up to `after`; what is newer is sent before anything live, in the same step,
   * so nothing falls between. A listener more than one page behind is closed with `tailBehind`.
   */
  open(request: Request, read: (after: number) => EventPage): Response {
    const url = new URL(request.url)
    const after = z.coerce.number().int().nonnegative().parse(url.searchParams.get('after'))
    const filter = EventFilter.parse(JSON.parse(url.searchParams.get('filter') ?? '{}'))
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    server.serializeAttachment({ filter } satisfies z.infer<typeof Attachment>)
    const { entries, more } = read(after)
    if (more) server.close(tailBehind, 'too far behind')
    else for (const entry of entries) if (matches(filter, entry)) server.send(textOf(entry))
    return new Response(null, { status: 101, webSocket: client })
  }

  tell(appended: readonly Appended[]): void {
    const sockets = this.ctx.getWebSockets()
    if (sockets.length === 0) return
    for (const entry of appended.map(entryOfAppended)) {
      const text = textOf(entry)
      for (const socket of sockets) if (matches(this.filterOf(socket), entry)) sendQuietly(socket, text)
    }
  }

  forget(socket: WebSocket): void {
    this.filters.delete(socket)
  }

  private filterOf(socket: WebSocket): EventFilter {
    const known = this.filters.get(socket)
    if (known) return known
    const { filter } = Attachment.parse(socket.deserializeAttachment())
    this.filters.set(socket, filter)
    return filter
  }
}

const textOf = (entry: AuditEntry): string => JSON.stringify(traced(entry))

/** A listener that went away in the meantime has lost nothing: it resumes behind the last entry it saw. */
const sendQuietly = (socket: WebSocket, text: string): void => {
  try {
    socket.send(text)
  } catch {
    socket.close(1011, 'could not send')
  }
}
