import { z } from 'zod'
import { Id, Timestamp } from '../../../platform/contract.ts'
import { backwards, EventFilter, inOrder } from '../contract.ts'

export const streamsMax = 20
export const batchSizeMax = 500

/** Signed by Standard Webhooks, to Splunk's HTTP Event Collector, or to anything that takes JSON over HTTPS. */
export const streamKinds = ['webhook', 'splunk', 'http'] as const
export const StreamKind = z.enum(streamKinds)
export type StreamKind = z.infer<typeof StreamKind>

export const streamFormats = ['clawbutler', 'ocsf'] as const
export const StreamFormat = z.enum(streamFormats)
export type StreamFormat = z.infer<typeof StreamFormat>

/** How events stand in a body: one on each line, or as one array. */
export const streamBodies = ['lines', 'array'] as const
const StreamBody = z.enum(streamBodies)

/** It delivers, somebody paused it, or it stopped by itself, because it could not deliver. */
export const streamStates = ['active', 'paused', 'failing'] as const
export const StreamState = z.enum(streamStates)
export type StreamState = z.infer<typeof StreamState>

/** Why one stopped by itself: nothing was taken for three days, the receiver said 410, the archive has lost the events. */
export const failingReasons = ['unreachable', 'gone', 'archived'] as const
export const FailingReason = z.enum(failingReasons)
export type FailingReason = z.infer<typeof FailingReason>

const Name = z.string().trim().min(1).max(100)
const Url = z.url().max(2_000)
/** Visible ASCII, as a header's value may have. */
const HeaderValue = z
  .string()
  .min(1)
  .max(4_000)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'visible ASCII only')
const reserved =
  /^(?:host|connection|content-.*|transfer-encoding|cookie|te|upgrade|expect|user-agent|webhook-.*|x-clawbutler-.*)$/i
const HeaderName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'not the name of a header')
  .refine((name) => !reserved.test(name), 'this header is ours')

const Destination = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), url: Url }),
  z.strictObject({ kind: z.literal('splunk'), url: Url, token: HeaderValue }),
  z.strictObject({
    kind: z.literal('http'),
    url: Url,
    body: StreamBody.default('lines'),
    headerName: HeaderName.default('Authorization'),
    headerValue: HeaderValue,
  }),
])

const Filter = EventFilter.refine(inOrder, backwards)
const BatchSize = z.number().int().min(1).max(batchSizeMax)
const Seq = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
/** With which event it begins: the next one to come, the first of all, or one by its number. */
const From = z.union([z.enum(['now', 'beginning']), Seq])

export const CreateStream = z.strictObject({
  name: Name,
  destination: Destination,
  format: StreamFormat.default('clawbutler'),
  filter: Filter.default({}),
  batchSize: BatchSize.default(100),
  from: From.default('now'),
})
export type CreateStream = z.infer<typeof CreateStream>

/** What is left out stays. A secret that goes along with each call has to be given again when the address becomes another one. */
export const ChangeStream = z
  .strictObject({
    name: Name,
    url: Url,
    token: HeaderValue,
    body: StreamBody,
    headerName: HeaderName,
    headerValue: HeaderValue,
    format: StreamFormat,
    filter: Filter,
    batchSize: BatchSize,
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'changes nothing')
export type ChangeStream = z.infer<typeof ChangeStream>

/** The first event to be sent again. */
export const ReplayStream = z.strictObject({ from: z.union([z.literal('beginning'), Seq]) })
export type ReplayStream = z.infer<typeof ReplayStream>

/** How far a stream is. */
export const StreamProgress = z.object({
  /** Grows with each replay; numbers of one run are sent in order. */
  run: z.number().int(),
  /** Everything up to this event has been delivered, or does not match the filter. */
  through: z.number().int(),
  /** Events of the log that it has not come to yet; with a filter, not all of them will be sent. */
  behind: z.number().int(),
  /** When the oldest of them was recorded. */
  oldestWaitingAt: Timestamp.nullable(),
  /** How many events have been delivered, those of replays counted again. */
  delivered: z.number().int(),
  lastDeliveredAt: Timestamp.nullable(),
  /** Of the delivery that has not succeeded yet: how often it was tried, since when, how it went last, when it is tried again. */
  attempts: z.number().int(),
  troubleSince: Timestamp.nullable(),
  lastError: z.string().nullable(),
  nextAttemptAt: Timestamp.nullable(),
})
export type StreamProgress = z.infer<typeof StreamProgress>

export const AuditStream = z.object({
  id: Id('ast'),
  name: z.string(),
  kind: StreamKind,
  url: z.string(),
  body: StreamBody.nullable(),
  headerName: z.string().nullable(),
  format: StreamFormat,
  filter: EventFilter,
  batchSize: z.number().int(),
  state: StreamState,
  failingReason: FailingReason.nullable(),
  failingSince: Timestamp.nullable(),
  /** For `If-Match`. */
  version: z.number().int(),
  createdAt: Timestamp,
  createdByName: z.string(),
  /** Until then a webhook is signed with the secret before this one as well. */
  bothSecretsUntil: Timestamp.nullable(),
  progress: StreamProgress,
})
export type AuditStream = z.infer<typeof AuditStream>

export const StreamList = z.object({ items: z.array(AuditStream) })

/** The secret of a webhook is told this once; null for the other kinds. */
export const CreatedStream = z.object({ stream: AuditStream, secret: z.string().nullable() })
export const RotatedSecret = z.object({ stream: AuditStream, secret: z.string() })

/** What came of a test: it went well when the receiver answered 2xx. */
export const TestedStream = z.object({ ok: z.boolean(), outcome: z.string(), durationMs: z.number().int() })

export const StreamDelivery = z.object({
  /** The same for each attempt, and in the header that the receiver sees. */
  id: Id('dlv'),
  run: z.number().int(),
  after: z.number().int(),
  first: z.number().int(),
  last: z.number().int(),
  through: z.number().int(),
  events: z.number().int(),
  state: z.enum(['pending', 'delivered', 'given_up']),
  attempts: z.number().int(),
  /** HTTP status or what went wrong, of the last attempt. */
  outcome: z.string().nullable(),
  firstAt: Timestamp,
  lastAt: Timestamp.nullable(),
})
export type StreamDelivery = z.infer<typeof StreamDelivery>
/** Newest first. */
export const StreamDeliveries = z.object({ items: z.array(StreamDelivery) })
