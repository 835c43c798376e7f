import { z } from 'zod'
import { Timestamp } from '../../../platform/contract.ts'

export const Seq = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const Base64 = z.string()

export const InclusionQuery = z.strictObject({
  seq: Seq,
  /** The tree to prove it in; the newest checkpoint's when left out. */
  size: Seq.optional(),
})
export const ConsistencyQuery = z.strictObject({ from: Seq, to: Seq.optional() })

export const CheckpointQuery = z.strictObject({
  /** The newest one that the quorum of witnesses has cosigned, which may be older. */
  witnessed: z.stringbool().default(false),
})

export const InclusionProof = z.object({
  seq: z.number().int(),
  /** The leaf's place in the tree: `seq - 1`. */
  index: z.number().int(),
  size: z.number().int(),
  /** RFC 6962 leaf hash, hex. */
  leafHash: z.string(),
  root: Base64,
  /** RFC 6962 §2.1.1, from the leaf's sibling up. */
  proof: z.array(Base64),
})

export const ConsistencyProof = z.object({
  from: z.number().int(),
  to: z.number().int(),
  fromRoot: Base64,
  toRoot: Base64,
  /** RFC 6962 §2.1.2. */
  proof: z.array(Base64),
})

export const LogState = z.object({
  head: z.number().int(),
  size: z.number().int(),
  signedAt: Timestamp.nullable(),
  checkpoint: z.string().nullable(),
  keys: z.array(
    z.object({
      vkey: z.string(),
      createdAt: Timestamp,
      retiredAt: Timestamp.nullable(),
      /** What the key before says of it (tlog/succession.ts); null for the first. */
      succession: z.string().nullable(),
    }),
  ),
})
export type LogState = z.infer<typeof LogState>
