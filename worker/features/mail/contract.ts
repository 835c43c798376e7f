import { z } from 'zod'
import { Id, Timestamp } from '../../platform/contract.ts'

/**
 * A mail of this installation. Without SMTP it stays here. Only the person who runs the machine reads it, with the
 * operator token of the state folder: a mail may hold a reset link, so no organization's role opens it.
 */
export const OutboxMail = z.object({
  id: Id('mai'),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  state: z.enum(['kept', 'queued', 'sent', 'failed']),
  error: z.string().nullable(),
  createdAt: Timestamp,
})
export type OutboxMail = z.infer<typeof OutboxMail>
