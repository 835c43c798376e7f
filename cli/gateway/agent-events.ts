import { z } from 'zod'
import type { EventDraft } from '../journal/draft.ts'
import { cut, cutOrNull, instant, withoutSecrets } from './bounded.ts'
import { eventKey, runRef, toolCallRef } from './keys.ts'

const maybeText = z.string().nullish().catch(null)
const maybeNumber = z.number().nullish().catch(null)

/** One `agent` or `session.tool` event. Only the named fields are read: texts and outputs pass by unseen. */
export const AgentEvent = z.object({
  runId: z.string().min(1).transform(runRef),
  sessionKey: z.string().max(300).catch(''),
  agentId: z.string().min(1).max(200).catch('main'),
  stream: z.string(),
  seq: z.number().int().nonnegative().catch(0),
  ts: maybeNumber,
  data: z.object({
    phase: maybeText,
    startedAt: maybeNumber,
    endedAt: maybeNumber,
    aborted: z.boolean().nullish().catch(null),
    error: maybeText,
    provider: maybeText,
    model: maybeText,
    kind: maybeText,
    name: maybeText,
    toolCallId: maybeText,
    title: maybeText,
    commandBearing: z.boolean().nullish().catch(null),
    isError: z.boolean().nullish().catch(null),
    result: z
      .object({
        content: z
          .array(z.object({ text: maybeText }))
          .nullish()
          .catch(null),
        details: z
          .object({
            status: maybeText,
            exitCode: maybeNumber,
            durationMs: maybeNumber,
            deniedReason: maybeText,
            error: maybeText,
          })
          .nullish()
          .catch(null),
      })
      .nullish()
      .catch(null),
  }),
})
export type AgentEvent = z.infer<typeof AgentEvent>

type Call = { title: string; startedAt: number | null }
const remembered = 5_000

/** Turns the stream of agent events into drafts; remembers only what a later event of the same run refers to. */
export class AgentEvents {
  #calls = new Map<string, Call>()
  /** How many model calls each run has made; null once the run has ended. */
  #modelCalls = new Map<string, number | null>()

  drafts(event: AgentEvent): EventDraft[] {
    const run = { agent: event.agentId, sessionKey: event.sessionKey, runId: event.runId }
    if (event.stream === 'lifecycle') return this.#lifecycle(event, run)
    if (event.stream === 'item') this.#rememberTitle(event)
    if (event.stream === 'tool') return this.#tool(event, run)
    return []
  }

  #lifecycle({ data, seq, ts }: AgentEvent, run: Run): EventDraft[] {
    if (data.phase === 'start') {
      const at = instant(data.startedAt ?? ts)
      return [{ type: 'run.started', key: eventKey('run.started', run.runId), at, payload: run }]
    }
    if (data.phase === 'model' && (data.provider || data.model)) {
      const calls = this.#modelCalls.get(run.runId)
      // An aborted run may still name its model after its end: nothing was called any more.
      if (calls === null) return []
      const ordinal = calls ?? 0
      remember(this.#modelCalls, run.runId, ordinal + 1)
      const payload = { ...run, provider: cutOrNull(data.provider), model: cutOrNull(data.model), ordinal }
      return [{ type: 'model.called', key: eventKey('model.called', run.runId, String(seq)), at: instant(ts), payload }]
    }
    if (data.phase === 'end' || data.phase === 'error') {
      remember(this.#modelCalls, run.runId, null)
      const outcome = data.aborted ? 'aborted' : data.phase === 'error' ? 'error' : 'ok'
      const payload = {
        ...run,
        outcome,
        durationMs: between(data.startedAt, data.endedAt),
        error: outcome === 'error' && data.error ? cut(withoutSecrets(data.error), 500) : null,
        usage: null,
      } as const
      const at = instant(data.endedAt ?? ts)
      return [{ type: 'run.ended', key: eventKey('run.ended', run.runId), at, payload }]
    }
    return []
  }

  /** A command's title is shown; a title of another tool may quote what the model wrote, so its name must do. */
  #rememberTitle({ data, runId }: AgentEvent): void {
    if (data.kind !== 'tool' || data.phase !== 'start' || !data.toolCallId) return
    const title = data.commandBearing && data.title ? data.title : (data.name ?? 'tool')
    remember(this.#calls, `${runId}:${data.toolCallId}`, { title, startedAt: data.startedAt ?? null })
  }

  #tool({ data, runId, ts }: AgentEvent, run: Run): EventDraft[] {
    if (!data.toolCallId || !data.name) return []
    const call = this.#calls.get(`${runId}:${data.toolCallId}`)
    const payload = {
      ...run,
      tool: cut(data.name),
      toolCallId: cut(data.toolCallId),
      title: cut(call?.title ?? data.name, 1_000),
    }
    if (data.phase === 'start') {
      const key = eventKey('tool.started', runId, toolCallRef(data.toolCallId))
      return [{ type: 'tool.started', key, at: instant(call?.startedAt ?? ts), payload }]
    }
    if (data.phase !== 'result') return []
    this.#calls.delete(`${runId}:${data.toolCallId}`)
    const exitCode = data.result?.details?.exitCode
    const durationMs = data.result?.details?.durationMs ?? between(call?.startedAt, ts)
    return [
      {
        type: 'tool.ended',
        key: eventKey('tool.ended', runId, toolCallRef(data.toolCallId)),
        at: instant(ts),
        payload: {
          ...payload,
          outcome: wasDenied(data) ? 'denied' : data.isError || (exitCode ?? 0) !== 0 ? 'error' : 'ok',
          exitCode: Number.isInteger(exitCode) ? (exitCode ?? null) : null,
          durationMs: typeof durationMs === 'number' && durationMs >= 0 ? Math.round(durationMs) : null,
        },
      },
    ]
  }
}

type Run = { agent: string; sessionKey: string; runId: string }

/** The gateway says "denied" in words only; the words are looked at and not kept. */
function wasDenied(data: AgentEvent['data']): boolean {
  if (!data.isError) return false
  const { details, content } = data.result ?? {}
  if (details?.status === 'blocked' || details?.deniedReason) return true
  return [details?.error, content?.[0]?.text].some((text) => /^exec denied\b/i.test(text ?? ''))
}

function between(start: number | null | undefined, end: number | null | undefined): number | null {
  return typeof start === 'number' && typeof end === 'number' && end >= start ? Math.round(end - start) : null
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > remembered && oldest !== undefined) map.delete(oldest)
}
