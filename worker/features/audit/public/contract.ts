import { z } from 'zod'
import { Timestamp } from '../../../platform/contract.ts'

export const PublicAddress = z.object({
  /** What a verifier is given: checkpoint, keys, tiles and entry bundles stand below it. Null while it is closed. */
  url: z.url().nullable(),
  openedAt: Timestamp.nullable(),
  openedByName: z.string().nullable(),
})
export type PublicAddress = z.infer<typeof PublicAddress>

export const PutPublicAddress = z.strictObject({ open: z.boolean() })
