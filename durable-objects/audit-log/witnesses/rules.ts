import { newId } from '../../../worker/platform/ids.ts'
import type { AuditInput } from '../rpc.ts'
import type { WitnessFault, WitnessState, WitnessStatus } from './rpc.ts'

const firstMs = 5_000
const longestMs = 3_600_000

/** How long to leave a witness alone after so many failures, spread by `random` (0 to 1) over half and one and a half of it. */
export const waitAfter = (failures: number, random: number): number =>
  Math.round(Math.min(firstMs * 2 ** Math.min(failures - 1, 20), longestMs) * (0.5 + random))

export type Refused = 'shrunk' | 'forked'

/** Whether a witness says that the log is not the one it has seen. */
export const isRefusal = (state: WitnessState | WitnessFault): state is Refused =>
  state === 'shrunk' || state === 'forked'

const ofWitness = ({ id }: WitnessStatus, at: number) => ({
  key: newId('evt'),
  at,
  actor: { kind: 'system' as const, id: 'witnesses' },
  agentId: null,
  connectorId: null,
  target: id,
  traceId: null,
})

/** A witness has seen more than there is, or something else: either we are wrong, or it is, and somebody has to look. */
export const refusedEvent = (
  witness: WitnessStatus,
  { because, size, seen, at }: { because: Refused; size: number; seen: number; at: number },
): AuditInput => ({
  ...ofWitness(witness, at),
  type: 'witness.refused',
  risk: 'critical',
  payload: { witnessId: witness.id, because, size, witnessSize: seen },
})

export const recoveredEvent = (witness: WitnessStatus, { size, at }: { size: number; at: number }): AuditInput => ({
  ...ofWitness(witness, at),
  type: 'witness.recovered',
  risk: 'high',
  payload: { witnessId: witness.id, size },
})
