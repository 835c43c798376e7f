import type { OrganizationContext } from '../../../platform/context.ts'
import type { Approval } from '../contract.ts'
import type { Entered } from '../enter.ts'
import { showApproval } from '../list.ts'
import { nothingAround, viewApproval } from '../view.ts'

/** What was asked for as it stands; what was made this moment needs no second look. */
export const showRequested = async (ctx: OrganizationContext, { row, isNew }: Entered): Promise<Approval> =>
  isNew ? viewApproval(ctx, { ...row, ...nothingAround }) : showApproval(ctx, row.id)
