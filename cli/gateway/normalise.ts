import { z } from 'zod'
import type { EventDraft } from '../journal/draft.ts'
import { AgentEvent, AgentEvents } from './agent-events.ts'
import {
  ApprovalRecord,
  ApprovalResolved,
  type ApprovalSource,
  approvalSources,
  subjectOf,
  toGatewayApproval,
} from './approvals.ts'
import { cut, cutOrNull, instant } from './bounded.ts'
import { eventKey } from './keys.ts'
import { CronEvent, cronDraft } from './management/cron-events.ts'
import { isOurs, type PluginCall } from './plugin-calls.ts'

const ConfigChanged = z.object({ hash: z.string().nullish(), ts: z.number().optional() })
export type Normalised =
  | { kind: 'events'; drafts: EventDraft[] }
  /** Our own plugin asks: what the tool is called with, only the plugin can tell. */
  | { kind: 'plugin-asks'; record: ApprovalRecord }
  /** Nobody decided: the gateway stopped waiting, by its clock or because the run is over. */
  | { kind: 'given-up' }
  /** The configuration changed: which paths, only a look at the configuration itself can tell. */
  | { kind: 'config-changed'; hash: string | null; at: string; key: string | null }
  | { kind: 'shutdown'; reason: string }
  | { kind: 'fault'; detail: string }
  | { kind: 'nothing' }

const nothing: Normalised = { kind: 'nothing' }

/**
 * One gateway session's events in our words. Presence, ticks, deltas and transcripts come out as nothing; an event
 * we do report but whose payload is not what the protocol says comes out as a fault.
 */
export class Normaliser {
  #agents = new AgentEvents()

  take(name: string, payload: unknown): Normalised {
    switch (name) {
      case 'agent':
      // Tool events of runs that other clients started come under this name, to those who subscribed to sessions.
      case 'session.tool':
        return parsed(AgentEvent, name, payload, (event) => events(this.#agents.drafts(event)))
      case 'exec.approval.requested':
      case 'plugin.approval.requested':
        return parsed(ApprovalRecord, name, payload, (record) => {
          const source = approvalSources[name === 'exec.approval.requested' ? 'exec' : 'plugin']
          return isOurs(record) ? { kind: 'plugin-asks', record } : events([requestedDraft(record, source)])
        })
      case 'exec.approval.resolved':
      case 'plugin.approval.resolved':
        return parsed(ApprovalResolved, name, payload, (resolved) => {
          const source = approvalSources[name === 'exec.approval.resolved' ? 'exec' : 'plugin']
          if (resolved.decision === 'deny' && !resolved.resolvedBy) return { kind: 'given-up' }
          return events([resolvedDraft(resolved, source)])
        })
      case 'config.changed':
        return parsed(ConfigChanged, name, payload, ({ hash, ts }) => ({
          kind: 'config-changed',
          hash: cutOrNull(hash),
          at: instant(ts),
          key: hash && ts ? eventKey('gateway.config-changed', hash, String(ts)) : null,
        }))
      case 'cron':
        return parsed(CronEvent, name, payload, (event) => events([cronDraft(event)]))
      case 'shutdown':
        return parsed(z.object({ reason: z.string().catch('') }), name, payload, ({ reason }) => ({
          kind: 'shutdown',
          reason: cut(reason),
        }))
      default:
        return nothing
    }
  }
}

export const requestedDraft = (
  record: ApprovalRecord,
  source: ApprovalSource,
  call: PluginCall | null = null,
): EventDraft => ({
  type: 'approval.requested',
  key: eventKey('approval.requested', record.id),
  at: instant(record.createdAtMs),
  payload: toGatewayApproval(record, source, call),
})

export const resolvedDraft = (resolved: ApprovalResolved, source: ApprovalSource): EventDraft => ({
  type: 'approval.resolved',
  key: eventKey('approval.resolved', resolved.id),
  at: instant(resolved.ts),
  payload: {
    externalId: resolved.id,
    source,
    decision: resolved.decision,
    resolvedBy: cutOrNull(resolved.resolvedBy),
    subject: resolved.request ? subjectOf(resolved.request, source) : null,
  },
})

const events = (drafts: EventDraft[]): Normalised => (drafts.length > 0 ? { kind: 'events', drafts } : nothing)

function parsed<T extends z.ZodType>(
  schema: T,
  name: string,
  payload: unknown,
  use: (value: z.output<T>) => Normalised,
): Normalised {
  const result = schema.safeParse(payload)
  if (result.success) return use(result.data)
  const paths = result.error.issues.slice(0, 5).map((issue) => issue.path.join('.') || 'payload')
  return {
    kind: 'fault',
    detail: `The payload of ${cut(name, 80)} is not what the protocol says: ${paths.join(', ')}.`,
  }
}
