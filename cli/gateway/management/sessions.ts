import { z } from 'zod'
import type { AnswerTo } from '../../../worker/features/connectors/link/questions/contract.ts'
import { cut, cutOrNull, instant } from '../bounded.ts'
import type { GatewaySession } from '../session.ts'

const whole = z.number().int().nonnegative().nullish().catch(null)
const label = z.string().nullish().catch(null)
const Rows = z.object({
  hasMore: z.boolean().catch(false),
  sessions: z.array(
    z.object({
      key: z.string(),
      label,
      displayName: label,
      kind: label,
      spawnedBy: label,
      modelProvider: label,
      model: label,
      hasActiveRun: z.boolean().catch(false),
      totalTokens: whole,
      estimatedCostUsd: z.number().nonnegative().nullish().catch(null),
      updatedAt: z.number().nullish().catch(null),
    }),
  ),
})

export async function listSessions(
  session: GatewaySession,
  agentId: string,
  limit: number,
): Promise<AnswerTo<'sessions'>> {
  const { sessions, hasMore } = await session.call('sessions.list', { agentId, limit }, Rows, 60_000)
  return {
    question: 'sessions',
    isComplete: !hasMore && sessions.length <= limit,
    sessions: sessions.slice(0, limit).map((row) => ({
      key: cut(row.key),
      label: cutOrNull(row.label ?? row.displayName),
      kind: cutOrNull(row.kind),
      spawnedBy: cutOrNull(row.spawnedBy),
      model: row.model == null ? null : cut(row.modelProvider ? `${row.modelProvider}/${row.model}` : row.model),
      isActive: row.hasActiveRun,
      totalTokens: row.totalTokens ?? null,
      costMicroUsd: row.estimatedCostUsd == null ? null : Math.round(row.estimatedCostUsd * 1_000_000),
      updatedAt: row.updatedAt ? instant(row.updatedAt) : null,
    })),
  }
}

const Status = z.object({ embedding: z.object({ ok: z.boolean(), error: label }).optional() })

/** Whether the gateway has a memory that can be searched: that is a plugin, which may be missing. */
export async function memoryStatus(session: GatewaySession, agentId: string): Promise<AnswerTo<'memory.status'>> {
  const { embedding } = await session.call('doctor.memory.status', { agentId }, Status, 60_000)
  return { question: 'memory.status', isAvailable: embedding?.ok ?? false, detail: cutOrNull(embedding?.error, 1_000) }
}
