import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { refusalError } from '../decision/refuse.ts'
import type { ReadApproval } from '../reading/store.ts'

/** Throws `already_decided` or `expired` for what nobody has to look after any more. */
export const requirePending = (ctx: OrganizationContext, approval: ReadApproval): void => {
  if (approval.state === 'expired' || (approval.state === 'pending' && approval.expiresAt <= ctx.now().getTime()))
    throw refusalError('expired', approval)
  if (approval.state !== 'pending') throw refusalError('already_decided', approval)
}

/** The person who calls. Throws `forbidden` for a machine. */
export const personOf = ({ person }: OrganizationContext) => {
  if (person === null) throw new AppError('forbidden', 'Only a person, or a key of theirs, may do this.')
  return person
}
