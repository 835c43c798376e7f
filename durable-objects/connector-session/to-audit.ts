import { traceOfRun } from '../../worker/features/approvals/index.ts'
import type { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'
import { type MaskingRules, maskPayload } from '../../worker/features/masking/index.ts'
import type { Risk } from '../../worker/platform/contract.ts'
import type { AuditInput } from '../audit-log/rpc.ts'

/** What we know beyond the event itself. */
export interface Known {
  /** The connector that tells it: one object for all events of a frame, which is sent to the sequence once. */
  actor: AuditInput['actor']
  agentIds: ReadonlyMap<string, string>
  /** Approvals by the gateway's id. */
  approvals: ReadonlyMap<string, { id: string; risk: Risk; traceId: string | null }>
}

/** A connector's event as an entry of the sequence: masked, with our ids, its risk and its trace. */
export const toAudit = (event: ConnectorEvent, known: Known, rules: MaskingRules): AuditInput => {
  const told = toldAs(event, known)
  const { payload, originals } = maskPayload(told.payload, rules)
  return { ...told, payload, ...(originals.length > 0 && { originals }) }
}

/** The same before anything is masked. */
export const toldAs = (event: ConnectorEvent, known: Known): AuditInput => {
  const agent = 'agent' in event.payload ? event.payload.agent : null
  const runId = runIdOf(event)
  const approval = 'externalId' in event.payload ? known.approvals.get(event.payload.externalId) : undefined
  return {
    key: `${known.actor.id}:${event.key}`,
    type: event.type,
    at: Date.parse(event.at),
    actor: known.actor,
    agentId: agent === null ? null : (known.agentIds.get(agent) ?? null),
    connectorId: known.actor.id,
    target: approval?.id ?? null,
    risk: approval?.risk ?? riskOf(event),
    traceId: traceOfRun(runId) ?? approval?.traceId ?? null,
    payload: toldOf(event),
  }
}

/** By whose run the trace is named: a sub-agent's belongs to that in which it all began. */
const runIdOf = ({ type, payload }: ConnectorEvent): string | null => {
  if (type === 'cron.ran') return payload.run.runId
  if ('rootRunId' in payload && payload.rootRunId !== undefined) return payload.rootRunId
  return 'runId' in payload ? payload.runId : null
}

const riskOf = (event: ConnectorEvent): Risk => {
  if (event.type === 'kill.broken') return 'critical'
  if (event.type === 'connector.journal-full') return 'high'
  if (event.type === 'gateway.fault' || event.type === 'gateway.config-changed') return 'medium'
  if (event.type === 'run.ended') return event.payload.outcome === 'error' ? 'medium' : 'low'
  if (event.type === 'cron.ran') return event.payload.run.status === 'error' ? 'medium' : 'low'
  if (event.type === 'tool.ended') return event.payload.outcome === 'denied' ? 'medium' : 'low'
  if (event.type === 'gateway.disconnected')
    return event.payload.cause === 'restart' || event.payload.cause === 'stopped' ? 'low' : 'medium'
  return 'low'
}

/** Lists are told by their ids: what stands in them has events of its own, or a list of its own. */
const toldOf = (event: ConnectorEvent): Record<string, unknown> => {
  if (event.type === 'gateway.roster')
    return { agents: event.payload.agents.map(({ externalId, name }) => ({ externalId, name })) }
  if (event.type === 'approval.pending')
    return { approvals: event.payload.approvals.map(({ externalId }) => ({ externalId })) }
  if (event.type === 'gateway.jobs') {
    const { jobs, ...list } = event.payload
    return { ...list, jobs: jobs.map(({ id, name, revision }) => ({ id, name, revision })) }
  }
  if (event.type === 'gateway.cron') {
    const { job, ...told } = event.payload
    return { ...told, revision: job?.revision ?? null }
  }
  // What an agent answered is no part of the sequence.
  if (event.type === 'cron.ran') {
    const { jobId, name, agent, run } = event.payload
    const { summary: _, ...ran } = run
    return { ...ran, jobId, name, agent }
  }
  return event.payload
}
