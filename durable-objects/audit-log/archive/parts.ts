import type { Config } from '../../../worker/config.ts'
import type { AuditEventType } from '../../../worker/features/audit/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import type { Alarms } from '../../support/alarms.ts'
import type { Done } from '../erase.ts'
import type { AuditInput } from '../rpc.ts'
import { appendEvents } from '../store.ts'
import type { Subjects } from '../subjects.ts'

export type KeepingAlarm = 'archive' | 'keep' | 'restore'

/** What keeping needs of the object that it works for. */
export interface KeepingParts {
  storage: DurableObjectStorage
  bucket: R2Bucket
  config: Config
  organizationId: string
  subjects: Subjects
  alarms: Pick<Alarms<KeepingAlarm>, 'set' | 'setIfUnset' | 'delay'>
  /** How many events the newest checkpoint covers. */
  signed: () => number
  /** Does something and tells of it in one transaction; null when there was nothing to do. */
  tell: <T>(step: (sql: SqlStorage, now: number) => Done<T> | null) => Promise<T | null>
}

/** Within a transaction: the events behind the sequence. */
export const appendTo = ({ subjects }: KeepingParts, sql: SqlStorage, events: AuditInput[], now: number) =>
  appendEvents(sql, events, now, subjects)

/** An event that nobody caused but time, or the bucket. */
export const bySystem = (
  type: AuditEventType,
  payload: Record<string, unknown>,
  at: number,
  risk: AuditInput['risk'] = 'low',
): AuditInput => ({
  key: newId('evt'),
  type,
  at,
  actor: { kind: 'system', id: 'keeping' },
  agentId: null,
  connectorId: null,
  target: null,
  risk,
  traceId: null,
  payload,
})
