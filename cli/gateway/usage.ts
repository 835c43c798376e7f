import { z } from 'zod'
import type { RunUsage } from '../../worker/features/connectors/link/contract.ts'
import { runRef } from './keys.ts'
import type { GatewaySession } from './session.ts'

const count = z.number().int().nonnegative()
const SessionRow = z.object({
  session: z
    .object({
      lastRunId: z.string().transform(runRef).nullish(),
      inputTokens: count.nullish(),
      outputTokens: count.nullish(),
      estimatedCostUsd: z.number().nonnegative().nullish(),
    })
    .nullish(),
})

/**
 * What a run that has just ended used, as its session's row tells it: the gateway writes there the sums of the newest run,
 * before it says that the run has ended. Null when it does not say, or already speaks of the next run.
 */
export async function usageOf(session: GatewaySession, sessionKey: string, runId: string): Promise<RunUsage | null> {
  if (sessionKey === '') return null
  const answer = await session.call('sessions.describe', { key: sessionKey }, SessionRow, 3_000).catch(() => null)
  const row = answer?.session
  if (row?.lastRunId !== runId || row.inputTokens == null || row.outputTokens == null) return null
  const { estimatedCostUsd: cost } = row
  return {
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    costMicroUsd: cost == null ? null : Math.round(cost * 1e6),
  }
}
