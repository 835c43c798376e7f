import type { witnessFaults, witnessStates } from '../../../worker/features/audit/witnesses/contract.ts'
import type { AuditInput } from '../rpc.ts'

export type WitnessState = (typeof witnessStates)[number]
export type WitnessFault = (typeof witnessFaults)[number]

/** Times in milliseconds since 1970. */
export interface WitnessStatus {
  id: string
  name: string
  /** Submission prefix of C2SP tlog-witness, without a slash at its end. */
  url: string
  vkey: string
  enabled: boolean
  state: WitnessState
  /** What it has cosigned last; 0 for nothing. */
  size: number
  cosignedAt: number | null
  fault: WitnessFault | null
  /** Tries without a cosignature since the last one. */
  failures: number
  triedAt: number | null
  /** Not tried again before. */
  nextAt: number
}

export interface WitnessList {
  /** How many of those that are enabled have to have cosigned a checkpoint, for it to count as witnessed; 0: none. */
  quorum: number
  /** Of the newest checkpoint. */
  size: number
  /** Of the newest checkpoint that the quorum has cosigned; null for none. */
  witnessedSize: number | null
  witnesses: WitnessStatus[]
}

export type WitnessChange =
  | { kind: 'add'; id: string; name: string; url: string; vkey: string; enabled: boolean }
  | { kind: 'update'; id: string; name: string; url: string; vkey: string; enabled: boolean }
  | { kind: 'remove'; id: string }
  | { kind: 'quorum'; quorum: number }

/** same: it was so before, and is not told again. quorum: fewer would be left than have to agree. */
export type WitnessChanged = 'done' | 'same' | 'not_found' | 'known_key' | 'too_many' | 'quorum'

/** Of an organization's log, as far as it concerns its witnesses. */
export interface WitnessesRpc {
  witnesses(): Promise<WitnessList>
  /** Changes the list, told by `event` in the same transaction. */
  changeWitnesses(change: WitnessChange, event: AuditInput): Promise<WitnessChanged>
  /** Submits the newest checkpoint to one witness now, and waits for its answer. Null when there is no such witness. */
  submitToWitness(id: string): Promise<WitnessStatus | null>
  /** The newest checkpoint that the quorum has cosigned; null for none. */
  witnessedCheckpoint(): Promise<string | null>
}
