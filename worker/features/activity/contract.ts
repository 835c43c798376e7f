import { z } from 'zod'
import { EventFilter } from '../audit/contract.ts'

/** Server-Sent Events: each has the sequence number as its id; `Last-Event-ID` or `after` resumes behind it. */
export const StreamEvents = EventFilter.extend({ after: z.coerce.number().int().nonnegative().optional() })
export type StreamEvents = z.infer<typeof StreamEvents>

/** A comment line this often keeps proxies and clients sure that the stream lives. */
export const streamHeartbeatMs = 15_000

/**
 * A stream ends after this long, and its reader comes back behind what it saw last: so that a removed member or a
 * revoked session listens no longer than an access token lives.
 */
export const streamLifetimeMs = 5 * 60_000
