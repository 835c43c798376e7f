import type { z } from 'zod'
import type { Held } from '../../../../durable-objects/audit-log/archive/rpc.ts'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { iso } from '../../../platform/time.ts'
import { archiveDamaged } from '../damaged.ts'
import { drainAudit } from '../drain.ts'
import { auditInputNow } from '../record.ts'
import type { ErasedEvent, ErasedSubject } from './contract.ts'

/**
 * Destroys a subject's key and every original of it. Leaves, hashes and proofs stay as they are; the erasure is an event.
 * Done before, it answers the same. Throws `not_found` for a subject of whom nothing was ever kept,
 * and `under_legal_hold`.
 */
export const eraseSubject = async (
  ctx: OrganizationContext,
  subject: string,
  reason: string,
): Promise<z.infer<typeof ErasedSubject>> => {
  // What had committed before belongs to what is erased.
  await drainAudit(ctx, ctx.organizationId)
  const event = await auditInputNow(
    ctx,
    'audit.erased',
    { subject, seq: null, events: 0, reason },
    { target: subject, risk: 'high' },
  )
  const erased = await auditLog(ctx.env, ctx.organizationId).eraseSubject(subject, event)
  if (!erased) throw notFound('Subject')
  if ('heldBy' in erased) throw underHold(erased)
  return { subject, erasedAt: iso(erased.erasedAt), events: erased.events }
}

/** Destroys what one event said, with the salt of its commitment. Throws `not_found`, `under_legal_hold`, `archive_damaged`. */
export const eraseEvent = async (
  ctx: OrganizationContext,
  seq: number,
  reason: string,
): Promise<z.infer<typeof ErasedEvent>> => {
  await drainAudit(ctx, ctx.organizationId)
  const event = await auditInputNow(
    ctx,
    'audit.erased',
    { subject: null, seq, events: 1, reason },
    { target: String(seq), risk: 'high' },
  )
  const erased = await auditLog(ctx.env, ctx.organizationId).eraseEvent(seq, event)
  if (!erased) throw notFound('Event')
  if ('damaged' in erased) throw archiveDamaged(erased, 'erase it')
  if ('heldBy' in erased) throw underHold(erased)
  return { seq, erasedAt: iso(erased.erasedAt) }
}

const underHold = ({ heldBy }: Held): AppError =>
  new AppError('under_legal_hold', 'This is under a legal hold, and is kept until somebody releases it.', {
    context: { hold: heldBy },
  })
