import { z } from 'zod'
import { Id, Timestamp } from '../../../platform/contract.ts'

/** With the log's own signatures, still as many as every verifier has to accept on a note (C2SP signed-note). */
export const witnessesMax = 12

/**
 * How a witness stands to the log. new: it has not answered yet. current: its last answer was a cosignature. failing: its
 * last answer was none, or one that makes no sense. shrunk, forked: it has seen more of the log than there is, or another one.
 */
export const witnessStates = ['new', 'current', 'failing', 'shrunk', 'forked'] as const
/** Why the last try gave no cosignature. */
export const witnessFaults = [
  'unreachable',
  'not_allowed',
  'unknown_log',
  'unknown_key',
  'rate_limited',
  'wrong_answer',
  'wrong_signature',
  'shrunk',
  'forked',
  'internal',
] as const

const Name = z.string().trim().min(1).max(100)

/** The submission prefix; `/add-checkpoint` is put behind it. Where it may lead is for `worker/platform/outbound.ts`. */
const SubmissionPrefix = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((url) => !/[?#]/.test(url), 'has a query or a fragment')
  .transform((url) => url.replace(/\/+$/, ''))

/** The form of a verifier key (C2SP signed-note); whether it is one of the right type is looked at by the verb. */
export const VerifierKey = z
  .string()
  .trim()
  .max(2_500)
  .regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/, 'is no verifier key (C2SP signed-note)')

export const AddWitness = z.strictObject({
  name: Name,
  url: SubmissionPrefix,
  vkey: VerifierKey,
  enabled: z.boolean().default(true),
})
export type AddWitness = z.infer<typeof AddWitness>

/** What is left out stays. */
export const UpdateWitness = z.strictObject({
  name: Name.optional(),
  url: SubmissionPrefix.optional(),
  vkey: VerifierKey.optional(),
  enabled: z.boolean().optional(),
})
export type UpdateWitness = z.infer<typeof UpdateWitness>

export const WitnessPolicy = z.strictObject({ quorum: z.number().int().min(0).max(witnessesMax) })

export const Witness = z.object({
  id: Id('wit'),
  name: z.string(),
  url: z.string(),
  vkey: z.string(),
  enabled: z.boolean(),
  state: z.enum(witnessStates),
  /** What it has cosigned last; 0 for nothing. */
  size: z.number().int(),
  /** How many events the newest checkpoint has more. */
  lag: z.number().int(),
  cosignedAt: Timestamp.nullable(),
  fault: z.enum(witnessFaults).nullable(),
  failures: z.number().int(),
  triedAt: Timestamp.nullable(),
})
export type Witness = z.infer<typeof Witness>

export const Witnesses = z.object({
  /** How many of the enabled witnesses have to have cosigned a checkpoint for it to count as witnessed. */
  quorum: z.number().int(),
  size: z.number().int(),
  /** Of the newest witnessed checkpoint: with at least one cosignature, and as many as the quorum. */
  witnessedSize: z.number().int().nullable(),
  items: z.array(Witness),
})
export type Witnesses = z.infer<typeof Witnesses>
