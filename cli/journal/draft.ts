import type { z } from 'zod'
import {
  ConnectorEvent,
  type ConnectorEventType,
  type connectorEvents,
} from '../../worker/features/connectors/link/events/contract.ts'

/**
 * An event before the journal gave it its position. `key` names what happened, the same however often it is told;
 * null for a happening without an identity of its own, which the journal names after its position.
 */
export type EventDraft = {
  [T in ConnectorEventType]: {
    type: T
    key: string | null
    at: string
    payload: z.infer<(typeof connectorEvents)[T]>
  }
}[ConnectorEventType]

/** The event at position `n`, checked against the contract: what could never be sent must not enter the journal. */
export function numbered(draft: EventDraft, journalId: string, n: number): ConnectorEvent {
  const key = draft.key ?? `${draft.type}:${journalId}:${n}`
  const event = ConnectorEvent.safeParse({ ...draft, n, key })
  if (event.success) return event.data
  return ConnectorEvent.parse({
    n,
    key: `gateway.fault:${journalId}:${n}`,
    at: new Date().toISOString(),
    type: 'gateway.fault',
    payload: { fault: 'event-out-of-bounds', detail: `A ${draft.type} event did not fit the contract.`, count: 1 },
  })
}
