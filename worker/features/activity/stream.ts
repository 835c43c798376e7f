import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import type { AuditEntry, EventFilter } from '../audit/contract.ts'
import { streamHeartbeatMs } from './contract.ts'
import { Lines } from './lines.ts'

const catchUpPage = 500

/**
 * Server-Sent Events of an organization's sequence, from behind `after` on, without gap or repeat: pages until it has
 * caught up, then the live tail, which begins exactly where the pages ended. Without `after` it begins now.
 */
export const streamEvents = async (
  ctx: OrganizationContext,
  filter: EventFilter,
  after: number | undefined,
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
  const catchUp = async () => {
    for (;;) {
      const page = await sequence.page({ filter, order: 'oldest', limit: catchUpPage, beyond: last })
      for (const entry of page.entries) lines.write(eventOf(entry))
      last = page.entries.at(-1)?.seq ?? last
      if (!page.more) break
      await lines.taken()
    }
    await tail(sequence, filter, last, lines)
  }
  ctx.waitUntil(catchUp().catch(() => lines.close()))
  return body
}

const tail = async (
  sequence: ReturnType<typeof auditLog>,
  filter: EventFilter,
  after: number,
  lines: Lines,
): Promise<void> => {
  const query = new URLSearchParams({ after: String(after), filter: JSON.stringify(filter) })
  const answer = await sequence.fetch(
    new Request(`https://audit-log/tail?${query}`, { headers: { upgrade: 'websocket' } }),
  )
  const socket = answer.webSocket
  if (!socket) throw new AppError('unavailable', 'The live tail did not open.')
  socket.accept()
  const heartbeat = setInterval(() => lines.write(': still here\n\n'), streamHeartbeatMs)
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') lines.write(framed(data))
  })
  socket.addEventListener('close', () => lines.close())
  await lines.closed()
  clearInterval(heartbeat)
  socket.close(1000, 'the reader left')
}

const eventOf = (entry: AuditEntry): string => framed(JSON.stringify(entry))

/** The sequence number, which stands first in an entry, is the event's id: it is what a reader comes back with. */
const framed = (json: string): string =>
  `id: ${/^\{"seq":(\d+)/.exec(json)?.[1] ?? ''}\nevent: event\ndata: ${json}\n\n`
