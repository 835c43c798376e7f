import { z } from 'zod'
import { Capability } from '../../platform/access/contract.ts'
import { Id, Timestamp } from '../../platform/contract.ts'

export const ApiKey = z.object({
  id: Id('key'),
  name: z.string(),
  /** The first characters, enough to recognise the key by. */
  hint: z.string(),
  scopes: z.array(Capability),
  createdBy: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const CreateApiKey = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** A subset of the creator's own capabilities. */
  scopes: z.array(Capability).min(1),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(90),
})
export type CreateApiKey = z.infer<typeof CreateApiKey>

/** The key itself is answered once and never again. */
export const CreatedApiKey = z.object({ apiKey: ApiKey, secret: z.string() })
