import { iso } from '../../../platform/time.ts'
import type { AuditEntry } from '../contract.ts'
import { toOcsf } from '../export/ocsf/map.ts'
import type { StreamRow } from '../schema.ts'
import { traced } from '../traces/spans.ts'

/** A row of events on its way, the same for each attempt. */
export interface Batch {
  id: string
  run: number
  /** Up to here everything was delivered before, in this run. */
  after: number
  /** The event before the first one, in this run; null when there was none. */
  previous: number | null
  /** When this is delivered, everything up to here is: what lies between does not match the filter. */
  through: number
  /** Never empty, in order. */
  entries: AuditEntry[]
  /** The log's newest checkpoint, a signed note that covers all of them, and its size. */
  checkpoint: string
  size: number
  /** When it was put together, milliseconds since 1970. */
  at: number
}

type To = Pick<StreamRow, 'id' | 'organizationId' | 'kind' | 'body' | 'format'>

export interface Message {
  contentType: string
  headers: Record<string, string>
  body: string
}

/** A batch as its receiver gets it: docs/design/streams.md tells of each field. `host` names this installation. */
export const messageOf = (to: To, batch: Batch, host: string): Message => ({
  contentType: contentTypeOf(to),
  headers: headersOf(to, batch),
  body: bodyOf(to, batch, host),
})

/** What a test sends: a body of the same form that holds no event. */
export const testMessageOf = (to: To, id: string, at: number, host: string): Message => {
  const told = { type: 'audit.test', timestamp: iso(at), stream: to.id, organizationId: to.organizationId }
  const { stream, organizationId } = told
  const bodies = {
    webhook: { type: told.type, timestamp: told.timestamp, data: { stream: { id: stream }, organizationId } },
    splunk: hecEvent(to, host, told, at, { stream }),
    http: to.body === 'array' ? [told] : told,
  }
  return {
    contentType: contentTypeOf(to),
    headers: { 'x-clawbutler-stream': to.id, 'x-clawbutler-delivery': id, 'x-clawbutler-test': 'true' },
    body: `${JSON.stringify(bodies[to.kind])}${to.kind === 'http' && to.body === 'lines' ? '\n' : ''}`,
  }
}

const contentTypeOf = ({ kind, body }: To): string =>
  kind === 'http' && body === 'lines' ? 'application/x-ndjson' : 'application/json'

const headersOf = (to: To, { id, run, after, through, entries, size }: Batch): Record<string, string> => ({
  'x-clawbutler-stream': to.id,
  'x-clawbutler-delivery': id,
  'x-clawbutler-run': String(run),
  'x-clawbutler-after': String(after),
  'x-clawbutler-first': String(entries[0]?.seq ?? after),
  'x-clawbutler-last': String(entries.at(-1)?.seq ?? after),
  'x-clawbutler-through': String(through),
  'x-clawbutler-log-size': String(size),
})

const bodyOf = (to: To, batch: Batch, host: string): string => {
  if (to.kind === 'webhook') return JSON.stringify(envelopeOf(to, batch))
  const events = batch.entries.map((entry, index) => ({
    entry,
    previous: batch.entries[index - 1]?.seq ?? batch.previous,
  }))
  if (to.kind === 'splunk')
    return events
      .map(({ entry, previous }) =>
        JSON.stringify(
          hecEvent(to, host, eventOf(to, entry), Date.parse(entry.at), {
            stream: to.id,
            run: String(batch.run),
            seq: String(entry.seq),
            ...(previous !== null && { previous_seq: String(previous) }),
          }),
        ),
      )
      .join('\n')
  const told = events.map(({ entry, previous }) => withPlace(to, batch.run, previous, eventOf(to, entry)))
  return to.body === 'array' ? JSON.stringify(told) : `${told.map((one) => JSON.stringify(one)).join('\n')}\n`
}

const eventOf = (to: To, entry: AuditEntry): Record<string, unknown> =>
  to.format === 'ocsf' ? toOcsf(entry, to.organizationId) : traced(entry)

const envelopeOf = (to: To, { run, after, through, entries, checkpoint, size, at }: Batch) => ({
  type: 'audit.events',
  timestamp: iso(at),
  data: {
    stream: { id: to.id },
    organizationId: to.organizationId,
    format: to.format,
    run,
    after,
    first: entries[0]?.seq ?? after,
    last: entries.at(-1)?.seq ?? after,
    through,
    count: entries.length,
    log: { size, checkpoint },
    events: entries.map((entry) => eventOf(to, entry)),
  },
})

/** Where a body is nothing but events, each says which one came before it. */
const withPlace = (to: To, run: number, previous: number | null, event: Record<string, unknown>) => {
  const stream = { id: to.id, run, previousSeq: previous }
  if (to.format === 'clawbutler') return { ...event, stream }
  return { ...event, unmapped: { ...(typeof event.unmapped === 'object' ? event.unmapped : {}), stream } }
}

/** One event of Splunk's HTTP Event Collector: time in seconds, `fields` are indexed and hold text. */
const hecEvent = (to: To, host: string, event: object, at: number, fields: Record<string, string>) => ({
  time: at / 1000,
  host,
  source: 'clawbutler',
  sourcetype: to.format === 'ocsf' ? 'clawbutler:ocsf' : 'clawbutler:audit',
  event,
  fields,
})
