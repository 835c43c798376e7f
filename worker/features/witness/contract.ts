import { z } from 'zod'
import { Id, Timestamp } from '../../platform/contract.ts'
import { VerifierKey } from '../audit/witnesses/contract.ts'

export const logsMax = 200

/** The keys of one log, which all have its origin for their name. */
export const TrustLog = z.strictObject({ vkeys: z.array(VerifierKey).min(1).max(8) })
export type TrustLog = z.infer<typeof TrustLog>

export const WitnessedLog = z.object({
  id: Id('wlg'),
  origin: z.string(),
  vkeys: z.array(z.string()),
  /** What was cosigned last; 0 for nothing. */
  size: z.number().int(),
  cosignedAt: Timestamp.nullable(),
  /** When it signed another tree of a size that had been cosigned: it has shown different people different logs. */
  contradictedAt: Timestamp.nullable(),
  createdAt: Timestamp,
})
export type WitnessedLog = z.infer<typeof WitnessedLog>

export const OwnWitness = z.object({
  /** What others put down as its address: the submission prefix of C2SP tlog-witness. */
  url: z.string(),
  vkey: z.string(),
  logs: z.array(WitnessedLog),
})
export type OwnWitness = z.infer<typeof OwnWitness>
