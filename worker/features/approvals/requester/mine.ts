import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import type { ApprovalRow } from '../schema.ts'
import { getApprovalRow } from '../store.ts'

type Requester = Pick<ApprovalRow, 'source' | 'requestedByKind' | 'requestedById'>

/** Whether the caller asked for it, with this very credential. */
export const isRequester = ({ actor }: OrganizationContext, row: Requester): boolean =>
  row.source === 'api' && row.requestedByKind === actor.kind && row.requestedById === actor.id

/** The approval, for who asked for it. Throws `not_found`, and `forbidden` for everybody else. */
export const getOwnApproval = async (ctx: OrganizationContext, id: string): Promise<ApprovalRow> => {
  const row = await getApprovalRow(ctx, id)
  if (!isRequester(ctx, row)) throw new AppError('forbidden', 'Only who asked for the approval may do this.')
  return row
}
