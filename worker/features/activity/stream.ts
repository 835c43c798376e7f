import { tailBehind } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { logFault } from '../../platform/log.ts'
import type { EventFilter } from '../audit/contract.ts'
import { traced } from '../audit/index.ts'
import { streamHeartbeatMs, streamLifetimeMs } from './contract.ts'
import { Lines } from './lines.ts'

const catchUpPage = 500

interface StreamTimes {
  heartbeatMs?: number
  lifetimeMs?: number
}

/**
 * Server-Sent Events of an organization's sequence, from behind `after` on, without gap or repeat: pages until it has
 * caught up, then the live tail, which begins exactly where the pages ended. Without `after` it begins now.
 */
export const streamEvents = async (
  ctx: OrganizationContext,
  filter: EventFilter,
  after: number | undefined,
  times: StreamTimes = {},
): Promise<ReadableStream<Uint8Array>> => {
  const sequence = auditLog(ctx.env, ctx.organizationId)
  const lines = new Lines()
  let last = after ?? (await sequence.head())
  const body = new ReadableStream<Uint8Array>(
    {
      async start() {
        lines.write(`retry: 2000\n: from ${last}\n\n`)
      },
      async pull(controller) {
        const chunk = await lines.next()
        if (chunk) controller.enqueue(chunk)
        else controller.close()
      },
      cancel: () => lines.close(),
    },
    { highWaterMark: 1 },
  )
  const follow = async () => {
    while (!lines.isClosed) {
      const page = await sequence.page({ filter, order: 'oldest', limit: catchUpPage, beyond: last })
      for (const entry of page.entries) lines.write(framed(JSON.stringify(traced(entry))))
      last = page.through
      if (page.more) await lines.taken()
      // Behind again means that more came between the page and the tail than the tail repeats: read on.
      else if ((await tail(sequence, filter, last, lines)) === 'closed') return
    }
  }
  const { heartbeatMs = streamHeartbeatMs, lifetimeMs = streamLifetimeMs } = times
  const heartbeat = setInterval(() => lines.write(': still here\n\n'), heartbeatMs)
  const end = setTimeout(() => lines.close(), lifetimeMs)
  const work = follow()
    .catch((error: unknown) => logFault('activity.stream-failed', error, { organizationId: ctx.organizationId }))
    .finally(() => {
      clearInterval(heartbeat)
      clearTimeout(end)
      lines.close()
    })
  ctx.waitUntil(work)
  return body
}

/** Listens until the reader leaves or the sequence hangs up; `behind` when it must be read by pages first. */
const tail = async (
  sequence: ReturnType<typeof auditLog>,
  filter: EventFilter,
  after: number,
  lines: Lines,
): Promise<'behind' | 'closed'> => {
  const query = new URLSearchParams({ after: String(after), filter: JSON.stringify(filter) })
  const answer = await sequence.fetch(
    new Request(`https://audit-log/tail?${query}`, { headers: { upgrade: 'websocket' } }),
  )
  const socket = answer.webSocket
  if (!socket) throw new AppError('unavailable', 'The live tail did not open.')
  socket.accept()
  const hungUp = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code))
    socket.addEventListener('error', () => resolve(1006))
  })
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') lines.write(framed(data))
  })
  const code = await Promise.race([hungUp, lines.closed()])
  if (code === undefined) socket.close(1000, 'the reader left')
  return code === tailBehind ? 'behind' : 'closed'
}

/** The sequence number, which stands first in an entry, is the event's id: it is what a reader comes back with. */
const framed = (json: string): string => `id: ${/^\{"seq":(\d+)/.exec(json)?.[1] ?? ''}\ndata: ${json}\n\n`
