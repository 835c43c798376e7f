import { z } from 'zod'
import type { RunUsage } from '../../worker/features/connectors/link/events/contract.ts'
import { runRef } from './keys.ts'
import type { GatewaySession } from './session.ts'

const count = z.number().int().nonnegative()
const dollars = z.number().nonnegative()
const SessionRow = z.object({
  session: z
    .object({
      lastRunId: z.string().transform(runRef).nullish(),
      inputTokens: count.nullish(),
      outputTokens: count.nullish(),
      estimatedCostUsd: dollars.nullish(),
    })
    .nullish(),
})

/** One message of a conversation: whose run it belongs to and what it used. What was said passes by unseen. */
const Message = z.object({
  usage: z
    .object({ input: count, output: count, cost: z.object({ total: dollars }).nullish().catch(null) })
    .nullish()
    .catch(null),
  __openclaw: z
    .object({ runId: z.string().nullish().catch(null), seq: count.nullish().catch(null) })
    .nullish()
    .catch(null),
})
const Conversation = z.object({ messages: z.array(Message) })

/** How far back a run's messages are looked for: a tool's whole output stands in one, and all of them come in one frame. */
const messagesMax = 60
const withinMs = 5_000

/**
 * What a run that has just ended used, as its session's row tells it: the gateway writes there the sums of the newest run,
 * before it says that the run has ended well. Where the row does not speak of this run, or not any more, its own messages
 * are summed up; so they are of one that ended otherwise, under whose name the row may still have the sums of the run
 * before. Null when the gateway says neither.
 */
export async function usageOf(
  session: GatewaySession,
  { sessionKey, runId, outcome }: { sessionKey: string; runId: string; outcome: 'ok' | 'error' | 'aborted' },
): Promise<RunUsage | null> {
  if (sessionKey === '') return null
  if (outcome !== 'ok') return summedUp(session, sessionKey, runId)
  const answer = await session.call('sessions.describe', { key: sessionKey }, SessionRow, withinMs).catch(() => null)
  const row = answer?.session
  if (row?.lastRunId !== runId || row.inputTokens == null || row.outputTokens == null)
    return summedUp(session, sessionKey, runId)
  const { estimatedCostUsd: cost } = row
  return {
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    costMicroUsd: cost == null ? null : Math.round(cost * 1e6),
  }
}

async function summedUp(session: GatewaySession, key: string, runId: string): Promise<RunUsage | null> {
  const wanted = { key, limit: messagesMax }
  const { messages } = await session
    .call('sessions.get', wanted, Conversation, withinMs)
    .catch((): z.infer<typeof Conversation> => ({ messages: [] }))
  const first = messages.findIndex((message) => message.__openclaw?.runId === runId)
  // A run that began before what is shown would be told for less than it was.
  if (first < 0 || (first === 0 && messages[0]?.__openclaw?.seq !== 1)) return null
  const used = messages.flatMap(({ usage, __openclaw }) => (usage && __openclaw?.runId === runId ? [usage] : []))
  if (used.length === 0) return null
  const sum = (of: (usage: (typeof used)[number]) => number) => used.reduce((total, usage) => total + of(usage), 0)
  const cost = sum((usage) => usage.cost?.total ?? 0)
  return {
    inputTokens: sum(({ input }) => input),
    outputTokens: sum(({ output }) => output),
    // Here a model without a price is written down as one that costs nothing.
    costMicroUsd: cost === 0 ? null : Math.round(cost * 1e6),
  }
}
