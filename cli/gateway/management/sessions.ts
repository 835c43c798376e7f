import { z } from 'zod'
import type { AnswerTo } from '../../../worker/features/connectors/link/questions/contract.ts'
import { cut, cutOrNull, instant } from '../bounded.ts'
import { GatewayRequestFailed } from '../refusal.ts'
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

const Hit = z.object({
  path: z.string().catch(''),
  snippet: z.string().catch(''),
  score: z.number().nullish().catch(null),
})
const Found = z.object({ results: z.array(Hit) })

/** Throws `unsupported` in the gateway's own words where no memory plugin is loaded. */
export async function searchMemory(
  session: GatewaySession,
  agentId: string,
  query: string,
): Promise<AnswerTo<'memory.search'>> {
  try {
    const { results } = await session.call('memory.search', { agentId, query }, Found, 60_000)
    const hits = results.slice(0, 50).map(({ path, snippet, score }) => ({
      path: cut(path, 1_000),
      snippet: cut(snippet, 4_000),
      score: score ?? null,
    }))
    return { question: 'memory.search', hits }
  } catch (error) {
    // The gateway says "unavailable", as when it is busy; but no waiting brings a plugin.
    if (error instanceof GatewayRequestFailed && /memory plugin unavailable/i.test(error.message))
      throw new GatewayRequestFailed('memory.search', { code: 'INVALID_REQUEST', message: 'memory plugin unavailable' })
    throw error
  }
}
