import { z } from 'zod'
import type { OrganizationContext } from '../../../../platform/context.ts'
import { listEvents } from '../../../audit/index.ts'
import type { Kept } from './kept.ts'

/** What an agent did most recently; of a conversation that is older than these nothing is told. */
const eventsMax = 200
const types = ['run.started', 'run.ended', 'model.called'] as const
const OfRun = z.object({ sessionKey: z.string(), provider: z.string().nullish(), model: z.string().nullish() })

/**
 * The conversations in which the audit sequence has runs of an agent, the newest first. What the gateway alone knows of
 * one, such as its title and its tokens, is not there; null where no run was recorded.
 */
export const recordedSessions = async (
  ctx: OrganizationContext,
  agentId: string,
  limit: number,
): Promise<Kept | null> => {
  const query = { agentId, type: types.join(), order: 'newest', limit: eventsMax } as const
  const { items } = await listEvents(ctx, query)
  const events = items.flatMap(({ type, at, payload }) => {
    const told = OfRun.safeParse(payload)
    return told.success ? [{ type, at, ...told.data }] : []
  })
  const [newest] = events
  if (!newest) return null
  const conversations = Map.groupBy(events, ({ sessionKey }) => sessionKey)
  const sessions = [...conversations].slice(0, limit).map(([key, of]) => {
    const called = of.find(({ model }) => model != null)
    return {
      ...{ key, label: null, kind: null, spawnedBy: null, totalTokens: null, costMicroUsd: null },
      model: called?.model ? [called.provider, called.model].filter((part) => part != null).join('/') : null,
      isActive: of[0]?.type !== 'run.ended',
      updatedAt: of[0]?.at ?? null,
    }
  })
  return {
    answer: { question: 'sessions', sessions, isComplete: false },
    at: Date.parse(newest.at),
    source: 'recorded',
  }
}
