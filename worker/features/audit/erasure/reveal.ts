import type { z } from 'zod'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { auditInputNow } from '../record.ts'
import type { Reveal, Revealed } from './contract.ts'

/**
 * Reads what was masked in one event. Nothing is answered before the sequence tells of it. Throws `not_found` when nothing
 * of that is kept, whatever the cause.
 */
export const revealOriginals = async (
  ctx: OrganizationContext,
  seq: number,
  { subject, path, reason }: z.infer<typeof Reveal>,
): Promise<z.infer<typeof Revealed>> => {
  const event = await auditInputNow(
    ctx,
    'audit.revealed',
    { seq, subjects: [], reason },
    { target: String(seq), risk: 'medium' },
  )
  const wanted = subject === undefined ? { path: path ?? '' } : { subject }
  const originals = await auditLog(ctx.env, ctx.organizationId).reveal(seq, wanted, event)
  if (!originals) throw notFound('Original')
  return { seq, originals }
}
