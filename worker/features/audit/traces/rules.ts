import { type Risk, risks } from '../../../platform/contract.ts'
import type { AuditEntry } from '../contract.ts'
import type { Span } from './contract.ts'

interface Draft extends Omit<Span, 'id' | 'parentId' | 'durationMs'> {
  key: string
  parentKey: string | null
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const worse = (left: Risk, right: Risk): Risk => (risks.indexOf(left) >= risks.indexOf(right) ? left : right)

/** A span that has an id of its own already. */
export const spanPrefix = 'span '

/** Where an event belongs: told by ids in its payload, so that the same events always make the same tree. */
export const placeOf = ({ seq, type, target, payload }: AuditEntry): Pick<Draft, 'key' | 'parentKey' | 'kind'> => {
  const run = text(payload.runId)
  const tool = text(payload.toolCallId)
  const runKey = run && `run ${run}`
  const toolKey = tool && `tool ${run ?? ''} ${tool}`
  if (type.startsWith('approval.') && target)
    return { key: `approval ${target}`, parentKey: toolKey ?? runKey, kind: 'approval' }
  if (toolKey && type.startsWith('tool.')) return { key: toolKey, parentKey: runKey, kind: 'tool' }
  const parentRun = text(payload.parentRunId)
  if (runKey) return { key: runKey, parentKey: parentRun && `run ${parentRun}`, kind: 'run' }
  // What one call of the API wrote belongs together, under the span that the caller named.
  const [span, parent] = [text(payload.spanId), text(payload.parentSpanId)]
  if (span) return { key: `${spanPrefix}${span}`, parentKey: parent && `${spanPrefix}${parent}`, kind: 'event' }
  return { key: `event ${seq}`, parentKey: null, kind: 'event' }
}

const begins = new Set(['run.started', 'tool.started', 'approval.requested', 'approval.opened'])
const ends = new Set(['run.ended', 'tool.ended', 'approval.confirmed', 'approval.expired', 'approval.undeliverable'])

const nameOf = ({ type, payload }: AuditEntry): string | null =>
  text(payload.title) ??
  text(payload.command) ??
  text(payload.tool) ??
  (type.startsWith('run.') ? text(payload.agent) : null)

const costOf = ({ payload }: AuditEntry): number | null => {
  const { usage } = payload
  const cost = typeof usage === 'object' && usage !== null && 'costMicroUsd' in usage ? usage.costMicroUsd : null
  return typeof cost === 'number' ? cost : null
}

const take = (draft: Draft, entry: AuditEntry): void => {
  draft.events.push(entry.seq)
  draft.risk = worse(draft.risk, entry.risk)
  draft.agentId ??= entry.agentId
  draft.connectorId ??= entry.connectorId
  if (entry.at < draft.startedAt || begins.has(entry.type)) draft.startedAt = entry.at
  if (draft.kind === 'event' || ends.has(entry.type)) draft.endedAt = entry.at
  if (begins.has(entry.type) || draft.name === '') draft.name = nameOf(entry) ?? draft.name
  draft.outcome = text(entry.payload.outcome) ?? text(entry.payload.decision) ?? draft.outcome
  draft.costMicroUsd = costOf(entry) ?? draft.costMicroUsd
}

/**
 * The tree that events of one trace tell, oldest first. Told twice or out of order it is the same tree. A parent that no
 * event told of is left out, and its children hang where it would.
 */
export const spansOf = (entries: AuditEntry[], idOf: (key: string) => string): Span[] => {
  const drafts = new Map<string, Draft>()
  for (const entry of entries) {
    const place = placeOf(entry)
    const known = drafts.get(place.key)
    const draft: Draft = known ?? {
      ...place,
      name: '',
      agentId: null,
      connectorId: null,
      startedAt: entry.at,
      endedAt: null,
      outcome: null,
      risk: 'low',
      costMicroUsd: null,
      events: [],
    }
    draft.parentKey ??= place.parentKey
    take(draft, entry)
    if (draft.name === '' && draft.kind === 'event') draft.name = entry.type
    drafts.set(place.key, draft)
  }
  const parentOf = ({ parentKey, key }: Draft): string | null =>
    parentKey !== null && drafts.has(parentKey) ? parentKey : runOf(key, drafts)
  const depth = (draft: Draft): number => {
    const parent = parentOf(draft)
    const above = parent === null ? undefined : drafts.get(parent)
    return above ? depth(above) + 1 : 0
  }
  return [...drafts.values()]
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt) || depth(a) - depth(b) || a.key.localeCompare(b.key))
    .map((draft) => {
      const { key, parentKey: _, ...told } = draft
      const parent = parentOf(draft)
      const duration = told.endedAt === null ? null : Date.parse(told.endedAt) - Date.parse(told.startedAt)
      return {
        id: idOf(key),
        parentId: parent === null ? null : idOf(parent),
        ...told,
        durationMs: duration === null ? null : Math.max(0, duration),
      }
    })
}

/** A tool whose call nobody told hangs under its run. */
const runOf = (key: string, drafts: ReadonlyMap<string, Draft>): string | null => {
  const [kind, run] = key.split(' ')
  return kind === 'tool' && drafts.has(`run ${run}`) ? `run ${run}` : null
}
