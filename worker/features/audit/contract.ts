import { z } from 'zod'
import { Id, Moment, Page, PageQuery, Risk, Timestamp } from '../../platform/contract.ts'
import { connectorEvents } from '../connectors/link/events/contract.ts'
import { agentEvents } from './events/agents.ts'
import { approvalEvents } from './events/approvals.ts'
import { gatewayEvents } from './events/gateways.ts'
import { limitEvents } from './events/limits.ts'
import { logEvents } from './events/log.ts'
import { peopleEvents } from './events/people.ts'

/** The closed list of what is audited. A new act is a type error until it stands in one of these. */
export const auditEvents = {
  ...peopleEvents,
  ...gatewayEvents,
  ...agentEvents,
  ...approvalEvents,
  ...limitEvents,
  ...logEvents,
  ...connectorEvents,
} as const
export type AuditEventType = keyof typeof auditEvents
export const AuditEventType = z.enum(Object.keys(auditEvents) as [AuditEventType, ...AuditEventType[]])

export const actorKinds = ['member', 'api_key', 'connector', 'system', 'anonymous'] as const

/** One entry of the audit sequence, as it is listed and streamed. */
export const AuditEntry = z.object({
  /** 1, 2, 3 … without a gap, for each organization. */
  seq: z.number().int().positive(),
  id: Id('evt'),
  type: AuditEventType,
  /** When it happened, by the clock of whoever reports it. */
  at: Timestamp,
  /** When it entered the sequence, by ours. */
  recordedAt: Timestamp,
  actor: z.object({ kind: z.enum(actorKinds), id: z.string() }),
  agentId: z.string().nullable(),
  connectorId: z.string().nullable(),
  target: z.string().nullable(),
  risk: Risk,
  traceId: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
  /** What it said has been erased: `payload` is empty. */
  isErased: z.literal(true).optional(),
  /** RFC 6962 leaf hash of the event's canonical bytes, hex. */
  leafHash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/**
 * An event with its place in its trace (W3C Trace Context, 16 hex digits). Both follow from the trace's id and what the
 * event says, so that they are the same in each answer, for events of any age, and the leaf stays as it is.
 */
export const TracedEntry = AuditEntry.extend({
  /** The run, call or approval that it tells of, or the call of the API that wrote it; null outside of any trace. */
  spanId: z.string().nullable(),
  /** What that belongs to, where the event says so. */
  parentSpanId: z.string().nullable(),
})
export type TracedEntry = z.infer<typeof TracedEntry>

const eventTypes = AuditEventType.options
const isKnown = (type: string) =>
  type.endsWith('.') ? eventTypes.some((known) => known.startsWith(type)) : AuditEventType.safeParse(type).success

/** The filters that the list and the live stream share. */
export const EventFilter = z.strictObject({
  agentId: Id('agt').optional(),
  connectorId: Id('con').optional(),
  /** One type, up to twenty with commas, or a prefix such as `approval.`. */
  type: z
    .string()
    .max(500)
    .regex(/^[a-z0-9.-]+(,[a-z0-9.-]+){0,19}$/)
    // A misspelt type would otherwise look like a time in which nothing of it happened.
    .refine((types) => types.split(',').every(isKnown), 'names a type of event that does not exist')
    .optional(),
  risk: z
    .string()
    .max(40)
    .regex(/^(low|medium|high|critical)(,(low|medium|high|critical))*$/)
    .optional(),
  traceId: z.string().max(64).optional(),
  /** Id of the member, API key, connector … that did it. */
  actorId: z.string().max(64).optional(),
  /** Id of what it was done to. */
  target: z.string().max(64).optional(),
  from: Moment.optional(),
  to: Moment.optional(),
})
export type EventFilter = z.infer<typeof EventFilter>

/** The filters of a search: also words. All have to be there; quotes keep them together; the last letters may be a beginning. */
export const SearchFilter = EventFilter.extend({
  keyword: z
    .string()
    .trim()
    .max(200)
    .regex(/[\p{L}\p{N}]/u, 'has neither a letter nor a digit')
    .optional(),
})
export type SearchFilter = z.infer<typeof SearchFilter>

export const inOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
  from === undefined || to === undefined || Date.parse(from) < Date.parse(to)
export const backwards = { path: ['to'], message: 'the range ends before it begins' }

export const ListEvents = PageQuery.extend(SearchFilter.shape)
  .extend({
    order: z.enum(['newest', 'oldest']).default('newest'),
  })
  .refine(inOrder, backwards)
export const CountEvents = SearchFilter.refine(inOrder, backwards)
/** Exact up to ten thousand; beyond that an estimate from how dense the newest ten thousand stand. */
export const EventCount = z.object({ count: z.number().int(), isExact: z.boolean() })
export type ListEvents = z.infer<typeof ListEvents>

export const EventsPage = Page(TracedEntry).extend({
  /** Events before this one are in the archive, where search does not look until they are restored; null while none are. */
  archivedBefore: z.number().int().nullable(),
})
