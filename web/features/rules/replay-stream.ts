import { z } from 'zod'
import { ReplayProgress, ReplayResult, type RuleDraft } from '../../../worker/features/rules/contract.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { problemOf, sendWithSession } from '../../api.ts'
import { ApiError } from '../../api-error.ts'

const Told = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), data: ReplayProgress }),
  z.object({ event: z.literal('result'), data: ReplayResult }),
  z.object({ event: z.literal('problem'), data: Problem }),
])
export type Told = z.infer<typeof Told>

const unreadable = (detail: string) => new ApiError({ code: 'unreadable', detail })

/** Takes a stream of Server-Sent Events apart as it comes; an event of a kind that is not known here is left out. */
export const replayReader = () => {
  let rest = ''
  return (chunk: string): Told[] => {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => {
      const field = (name: string) =>
        block
          .split('\n')
          .flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trimStart()] : []))
      const event = field('event').at(-1)
      if (event !== 'progress' && event !== 'result' && event !== 'problem') return []
      let data: unknown
      try {
        data = JSON.parse(field('data').join('\n'))
      } catch {
        throw unreadable(`event ${event} is no JSON`)
      }
      const told = Told.safeParse({ event, data })
      if (!told.success) throw unreadable(told.error.message)
      return [told.data]
    })
  }
}

/** Runs rules over what was recorded: those given, or those in force. Resolves with the result, says how far it is. */
export const replayRules = async (
  range: { from: Date; to: Date; rules?: RuleDraft[] },
  told: { signal: AbortSignal; progress: (progress: ReplayProgress) => void },
): Promise<ReplayResult> => {
  const body = {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    ...(range.rules ? { rules: range.rules } : {}),
  }
  const answer = await sendWithSession('/approvals/rules/replay', { method: 'POST', body, signal: told.signal })
  if (!answer.ok) throw await problemOf(answer)
  if (!answer.body) throw unreadable('the answer has no body')
  const read = replayReader()
  const decoder = new TextDecoder()
  const reader = answer.body.getReader()
  told.signal.addEventListener('abort', () => void reader.cancel())
  for (let part = await reader.read(); !part.done; part = await reader.read())
    for (const { event, data } of read(decoder.decode(part.value, { stream: true }))) {
      if (event === 'progress') told.progress(data)
      else if (event === 'result') return data
      else
        throw new ApiError({
          code: data.code,
          detail: data.detail,
          status: data.status,
          requestId: data.requestId,
          fields: data.errors,
        })
    }
  told.signal.throwIfAborted()
  throw new ApiError({ code: 'network', detail: 'The stream ended before the result.' })
}
