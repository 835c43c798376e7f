import { z } from 'zod'
import type { RuleDraft } from '../../../worker/features/rules/contract.ts'
import { ReplayProgress, ReplayResult } from '../../../worker/features/rules/replay/contract.ts'
import { ApiError } from '../../api-error.ts'
import { postForEvents } from '../../event-stream.ts'

const Told = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), data: ReplayProgress }),
  z.object({ event: z.literal('result'), data: ReplayResult }),
])

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
  for await (const each of postForEvents('/approvals/rules/replay', body, told.signal)) {
    // An event of a kind that is not known here is left out.
    if (each.event !== 'progress' && each.event !== 'result') continue
    const read = Told.safeParse(each)
    if (!read.success) throw new ApiError({ code: 'unreadable', detail: read.error.message })
    if (read.data.event === 'result') return read.data.data
    told.progress(read.data.data)
  }
  throw new ApiError({ code: 'network', detail: 'The stream ended before the result.' })
}
