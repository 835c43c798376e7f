import { z } from 'zod'
import type { EventDraft } from '../journal/draft.ts'
import { runRef } from './keys.ts'

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
 * Which run began which, as far as it was heard. The first run of a sub-agent's conversation belongs to the newest run of
 * the conversation above it; what an operator says to a sub-agent later on is a beginning of its own. The gateway then
 * begins runs by itself that hand a sub-agent's result on, and such a run belongs to the one whose end it tells.
 */
export class Lineage {
  /** The newest run of each conversation. */
  readonly #newest = new Map<string, string>()
  /** Every run that was heard to begin; null for one that nothing else began. */
  readonly #origins = new Map<string, Origin | null>()

  heard(name: string, payload: unknown): void {
    const event = name === 'agent' ? LifecycleEvent.safeParse(payload).data : undefined
    if (!event) return
    const { sessionKey, spawnedBy } = event
    const runId = runRef(event.runId)
    if (this.#origins.has(runId)) return
    const above = spawnedBy && !this.#newest.has(sessionKey) ? this.#newest.get(spawnedBy) : undefined
    const parentRunId = this.#toldBy(event.runId) ?? above
    keep(this.#origins, runId, parentRunId === undefined ? null : this.#below(parentRunId))
    keep(this.#newest, sessionKey, runId)
  }

  #below(parentRunId: string): Origin {
    return { parentRunId, rootRunId: this.#origins.get(parentRunId)?.rootRunId ?? parentRunId }
  }

  /** The run whose end is told by one of such an id: the gateway puts its id behind a colon, the last of several behind a comma. */
  #toldBy(runId: string): string | undefined {
    if (!runId.startsWith('announce:')) return undefined
    for (const id of [runId, runId.replace(/(:wake|:retry-\d+|:yield-\d+)+$/, '')])
      for (const { index } of id.matchAll(/[:,]/g)) {
        const named = runRef(id.slice(index + 1))
        if (this.#origins.has(named)) return named
      }
    return undefined
  }

  /** The same, and where its run was begun by another one: by which, and in which it all began. */
  placed(draft: EventDraft): EventDraft {
    switch (draft.type) {
      case 'run.started':
        return { ...draft, payload: { ...draft.payload, ...this.#originOf(draft.payload.runId) } }
      case 'run.ended':
        return { ...draft, payload: { ...draft.payload, ...this.#originOf(draft.payload.runId) } }
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

  #originOf(runId: string): Partial<Origin> {
    return this.#origins.get(runId) ?? {}
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
