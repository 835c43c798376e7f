import { z } from 'zod'
import type { EventDraft } from '../journal/draft.ts'

const LifecycleEvent = z.object({
  runId: z.string().min(1),
  sessionKey: z.string().min(1),
  /** Of a sub-agent's conversation: the one whose run spawned it. */
  spawnedBy: z.string().min(1).nullish().catch(null),
  stream: z.literal('lifecycle'),
  data: z.object({ phase: z.literal('start') }),
})
type Origin = { parentRunId: string; rootRunId: string }

const rememberedMost = 5_000

/**
 * Which run spawned which, as far as it was heard: the first run of a sub-agent's conversation belongs to the newest run
 * of the conversation above it. What an operator says to a sub-agent later on is a beginning of its own.
 */
export class Lineage {
  /** The newest run of each conversation. */
  readonly #newest = new Map<string, string>()
  readonly #origins = new Map<string, Origin>()

  heard(name: string, payload: unknown): void {
    const event = name === 'agent' ? LifecycleEvent.safeParse(payload).data : undefined
    if (!event) return
    const { runId, sessionKey, spawnedBy } = event
    const parentRunId = spawnedBy ? this.#newest.get(spawnedBy) : undefined
    if (parentRunId !== undefined && !this.#newest.has(sessionKey))
      keep(this.#origins, runId, { parentRunId, rootRunId: this.#origins.get(parentRunId)?.rootRunId ?? parentRunId })
    keep(this.#newest, sessionKey, runId)
  }

  /** The same, and where its run is a spawned one: by which, and in which it all began. */
  placed(draft: EventDraft): EventDraft {
    switch (draft.type) {
      case 'run.started':
        return { ...draft, payload: { ...draft.payload, ...this.#origins.get(draft.payload.runId) } }
      case 'run.ended':
        return { ...draft, payload: { ...draft.payload, ...this.#origins.get(draft.payload.runId) } }
      case 'model.called':
        return { ...draft, payload: { ...draft.payload, ...this.#rootOf(draft.payload.runId) } }
      case 'tool.started':
        return { ...draft, payload: { ...draft.payload, ...this.#rootOf(draft.payload.runId) } }
      case 'tool.ended':
        return { ...draft, payload: { ...draft.payload, ...this.#rootOf(draft.payload.runId) } }
      case 'approval.requested':
        return { ...draft, payload: { ...draft.payload, ...this.#rootOf(draft.payload.runId) } }
      case 'approval.pending': {
        const approvals = draft.payload.approvals.map((each) => ({ ...each, ...this.#rootOf(each.runId) }))
        return { ...draft, payload: { ...draft.payload, approvals } }
      }
      default:
        return draft
    }
  }

  #rootOf(runId: string | null): { rootRunId?: string } {
    const origin = runId === null ? undefined : this.#origins.get(runId)
    return origin ? { rootRunId: origin.rootRunId } : {}
  }
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > rememberedMost && oldest !== undefined) map.delete(oldest)
}
