import type { Risk } from '../../../../platform/contract.ts'
import type { AuditEntry } from '../../contract.ts'
import { traced } from '../../traces/spans.ts'
import { type OcsfClass, type OcsfKind, ocsfClasses, ocsfVersion } from './classes.ts'
import { ocsfKinds } from './kinds.ts'

/** OCSF has no words for ours: nearly everything that happens has the risk `low`, and informs. */
const severities = {
  low: { id: 1, name: 'Informational' },
  medium: { id: 3, name: 'Medium' },
  high: { id: 4, name: 'High' },
  critical: { id: 5, name: 'Critical' },
} as const satisfies Record<Risk, { id: number; name: string }>

const product = { name: 'ClawButler', vendor_name: 'ClawButler' }

/**
 * An entry as an OCSF event (https://schema.ocsf.io/1.8.0): JSON with times in milliseconds since 1970. `metadata.uid`
 * is the event's id and stays the same however often it is told; `metadata.sequence` is its number in the audit sequence.
 * What OCSF has no place for stands under `unmapped`.
 */
export const toOcsf = (entry: AuditEntry, organizationId: string): Record<string, unknown> => {
  const kind: OcsfKind & { failedOn?: readonly string[] } = ocsfKinds[entry.type]
  const { uid, name, category, activities } = ocsfClasses[kind.class]
  const activityId = new Map<string, number>(Object.entries(activities)).get(kind.activity) ?? 0
  const activityName = activityId === 99 ? entry.type : kind.activity
  const severity = severities[entry.risk]
  return {
    activity_id: activityId,
    activity_name: activityName,
    category_uid: category.uid,
    category_name: category.name,
    class_uid: uid,
    class_name: name,
    type_uid: uid * 100 + activityId,
    type_name: `${name}: ${activityId === 99 ? 'Other' : activityName}`,
    severity_id: severity.id,
    severity: severity.name,
    time: Date.parse(entry.at),
    message: entry.type,
    ...statusOf(entry, kind),
    metadata: {
      version: ocsfVersion,
      product,
      uid: entry.id,
      sequence: entry.seq,
      event_code: entry.type,
      log_name: 'audit',
      log_provider: 'ClawButler',
      logged_time: Date.parse(entry.recordedAt),
      tenant_uid: organizationId,
      ...(entry.traceId && { correlation_uid: entry.traceId }),
    },
    ...factsOf[kind.class](entry, organizationId),
    observables: observablesOf(entry, kind.class),
    unmapped: unmappedOf(entry),
  }
}

const statusOf = ({ payload }: AuditEntry, kind: OcsfKind & { failedOn?: readonly string[] }) => {
  if (kind.class === 'detectionFinding') return { status_id: 1, status: 'New' }
  const failed = kind.failed === true || kind.failedOn?.includes(String(payload.outcome))
  return failed ? { status_id: 2, status: 'Failure' } : { status_id: 1, status: 'Success' }
}

const unmappedOf = (entry: AuditEntry) => {
  const { actor, agentId, connectorId, target, payload, isErased, leafHash, spanId, parentSpanId } = traced(entry)
  return {
    actor_kind: actor.kind,
    ...(agentId && { agent_uid: agentId }),
    ...(connectorId && { connector_uid: connectorId }),
    ...(target && { target_uid: target }),
    ...(spanId && { span_uid: spanId }),
    ...(parentSpanId && { parent_span_uid: parentSpanId }),
    ...(isErased && { is_erased: true }),
    leaf_hash: leafHash,
    payload,
  }
}

/** The attributes that a class has beyond those of every event. */
const factsOf: Record<OcsfClass, (entry: AuditEntry, organizationId: string) => Record<string, unknown>> = {
  accountChange: (entry) => ({ actor: actorOf(entry), user: personOf(entry) }),
  authentication: (entry) => ({ actor: actorOf(entry), user: personOf(entry), service: { name: 'ClawButler' } }),
  userAccess: (entry) => ({
    actor: actorOf(entry),
    user: personOf(entry),
    privileges: [textOf(entry.payload.to) ?? 'unknown'],
  }),
  groupManagement: (entry, organizationId) => ({
    actor: actorOf(entry),
    user: personOf(entry),
    group: { uid: organizationId, type: 'Organization' },
  }),
  entityManagement: (entry) => ({ actor: actorOf(entry), entity: entityOf(entry) }),
  apiActivity: (entry) => ({
    actor: actorOf(entry),
    api: { operation: operationOf(entry), service: { name: entry.connectorId ? 'OpenClaw' : 'ClawButler' } },
    src_endpoint: entry.connectorId ? { uid: entry.connectorId } : { name: 'unknown' },
    ...(entry.agentId && { resources: [{ uid: entry.agentId, type: 'agent' }] }),
  }),
  applicationLifecycle: (entry) => ({
    app: { name: entry.type.startsWith('gateway.') ? 'OpenClaw gateway' : 'ClawButler connector', ...uidOf(entry) },
  }),
  detectionFinding: (entry) => ({
    finding_info: { uid: entry.id, title: entry.type, created_time: Date.parse(entry.at) },
    ...(entry.target && { resources: [{ uid: entry.target }] }),
  }),
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const uidOf = ({ connectorId, target }: AuditEntry) => {
  const uid = connectorId ?? target
  return uid ? { uid } : {}
}

const actorOf = ({ actor }: AuditEntry): Record<string, unknown> => {
  const { kind, id } = actor
  const user = id === '' ? { name: kind } : { uid: id }
  if (kind === 'member') return { user: { ...user, type_id: 1, type: 'User' } }
  if (kind === 'api_key') return { user: { ...user, type_id: 4, type: 'Service' } }
  if (kind === 'connector') return { app_name: 'ClawButler connector', ...(id && { app_uid: id }) }
  if (kind === 'system') return { app_name: 'ClawButler', ...(id && { app_uid: id }) }
  return { user: { ...user, type_id: 0, type: 'Unknown' } }
}

/** Whose account, session or membership it is: whom the event names, or else who acted. */
const personOf = ({ actor, target, payload }: AuditEntry): Record<string, unknown> => {
  const named = textOf(payload.userId) ?? (target?.startsWith('usr_') ? target : null)
  const uid = named ?? (actor.kind === 'member' && actor.id !== '' ? actor.id : null)
  return uid ? { uid, type_id: 1, type: 'User' } : { name: 'unknown', type_id: 0, type: 'Unknown' }
}

const entityOf = (entry: AuditEntry): Record<string, unknown> => {
  const [area] = entry.type.split('.')
  const name = textOf(entry.payload.name)
  return {
    uid: entry.target || entry.agentId || entry.connectorId || `${area}`,
    ...(name && { name }),
    type_id: 99,
    type: area,
  }
}

const operationOf = ({ type, payload }: AuditEntry): string => {
  const [method, path] = [textOf(payload.method), textOf(payload.path)]
  return type === 'access.refused' && method && path ? `${method} ${path}` : (textOf(payload.tool) ?? type)
}

const hasActor = (ocsfClass: OcsfClass) => ocsfClass !== 'detectionFinding' && ocsfClass !== 'applicationLifecycle'

/** What analysts look for across events, by the names of where it stands (type 31: User UID, 10: Resource UID, 99: ours). */
const observablesOf = ({ actor, agentId, target, traceId }: AuditEntry, ocsfClass: OcsfClass) => [
  ...((actor.kind === 'member' || actor.kind === 'api_key') && actor.id !== '' && hasActor(ocsfClass)
    ? [{ name: 'actor.user.uid', type_id: 31, type: 'User Unique Identifier', value: actor.id }]
    : []),
  ...(agentId ? [{ name: 'unmapped.agent_uid', type_id: 10, type: 'Resource UID', value: agentId }] : []),
  ...(target ? [{ name: 'unmapped.target_uid', type_id: 10, type: 'Resource UID', value: target }] : []),
  ...(traceId ? [{ name: 'metadata.correlation_uid', type_id: 99, type: 'Trace', value: traceId }] : []),
]
