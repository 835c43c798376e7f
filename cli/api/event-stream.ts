import { streamHeartbeatMs } from '../../worker/features/activity/contract.ts'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { backoffMs, pause } from '../connector/backoff.ts'
import { Failure } from '../output/failure.ts'
import { version } from '../version.ts'
import { Refused, type Request, refusalOf, send, urlOf } from './request.ts'
import type { Session } from './session.ts'

/**
 * The organization's events as they come, without loss or repeat over broken connections: each resumes behind the last
 * sequence number. Ends only by the signal, or when the server refuses us for good.
 */
export async function* watchEvents(
  session: Session,
  query: Request['query'],
  after: number | null,
  signal: AbortSignal,
): AsyncGenerator<AuditEntry> {
  let last = after
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      for await (const entry of once(session, query, last, signal, (seq) => (last ??= seq))) {
        attempt = 0
        if (last !== null && entry.seq <= last) continue
        last = entry.seq
        yield entry
      }
    } catch (error) {
      if (signal.aborted) return
      const forGood = error instanceof Refused && error.status < 500 && error.status !== 429 && error.status !== 401
      if (forGood || (error instanceof Refused && attempt > 2)) throw error
      if (!(error instanceof Failure) && !isNetworkError(error)) throw error
    }
    await pause(backoffMs(attempt, { firstMs: 500, mostMs: 15_000 }), signal)
  }
}

async function* once(
  session: Session,
  query: Request['query'],
  last: number | null,
  signal: AbortSignal,
  beginsBehind: (seq: number) => void,
) {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), 3 * streamHeartbeatMs)
  try {
    const response = await send(urlOf(session.server, '/activity/events', query), {
      headers: {
        accept: 'text/event-stream',
        authorization: await session.authorization(),
        'user-agent': `clawbutler/${version}`,
        ...(last !== null ? { 'last-event-id': String(last) } : {}),
      },
      signal: AbortSignal.any([signal, silence.signal]),
      redirect: 'error',
    })
    if (!response.ok) throw await refusalOf(response)
    if (!response.body) return
    // The server opens with the comment `from <seq>`: where to go on when the connection breaks before the first event.
    const onComment = (text: string) => {
      const from = /^ from (\d+)$/.exec(text)?.[1]
      if (from !== undefined) beginsBehind(Number(from))
    }
    for await (const data of eventData(response.body, onComment)) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), 3 * streamHeartbeatMs)
      const entry = data === null ? null : AuditEntry.safeParse(parseJson(data))
      if (entry?.success) yield entry.data
    }
  } finally {
    clearTimeout(timer)
  }
}

/** The data of each event of a text/event-stream; null for a comment, which says that the stream lives. */
export async function* eventData(
  body: ReadableStream<Uint8Array>,
  onComment: (text: string) => void = () => {},
): AsyncGenerator<string | null> {
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith(':')) {
        onComment(line.slice(1))
        yield null
      } else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
      else if (line === '' && data.length > 0) {
        yield data.join('\n')
        data = []
      }
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isNetworkError = (error: unknown): boolean =>
  error instanceof Error && ['AbortError', 'TypeError', 'TimeoutError'].includes(error.name)
