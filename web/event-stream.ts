import { Problem } from '../worker/platform/contract.ts'
import { problemOf, sendWithSession } from './api.ts'
import { ApiError } from './api-error.ts'

export type StreamedEvent = { event: string; data: unknown }

/** Takes a text of Server-Sent Events apart as it comes. Throws `unreadable` for an event that is no JSON. */
export const eventReader = () => {
  let rest = ''
  return (chunk: string): StreamedEvent[] => {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => {
      const field = (name: string) =>
        block
          .split('\n')
          .flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trimStart()] : []))
      const event = field('event').at(-1)
      if (event === undefined) return []
      try {
        return [{ event, data: JSON.parse(field('data').join('\n')) }]
      } catch {
        throw new ApiError({ code: 'unreadable', detail: `event ${event} is no JSON` })
      }
    })
  }
}

/**
 * A POST that is answered by a stream: its events one by one, until `signal` or its end. What the server says of a fault,
 * before or within the stream, is thrown as an `ApiError`.
 */
export async function* postForEvents(
  path: string,
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<StreamedEvent, void> {
  const answer = await sendWithSession(path, { method: 'POST', body, signal })
  if (!answer.ok) throw await problemOf(answer)
  if (!answer.body) throw new ApiError({ code: 'unreadable', detail: 'the answer has no body' })
  const read = eventReader()
  const decoder = new TextDecoder()
  const reader = answer.body.getReader()
  signal.addEventListener('abort', () => void reader.cancel())
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      for (const told of read(decoder.decode(part.value, { stream: true }))) {
        if (told.event === 'problem') throw problemIn(told.data)
        yield told
      }
  } finally {
    void reader.cancel()
  }
  signal.throwIfAborted()
}

const problemIn = (data: unknown): ApiError => {
  const problem = Problem.safeParse(data).data
  if (!problem) return new ApiError({ code: 'unreadable', detail: 'event problem is no problem' })
  const { code, detail, status, requestId, errors, context } = problem
  return new ApiError({ code, detail, status, requestId, fields: errors, context })
}
