import type { Damaged } from '../../../durable-objects/audit-log/archive/rpc.ts'
import { AppError } from '../../platform/errors.ts'

/** An event can not be had as it was archived. It can again once the file that is named is put back. */
export const archiveDamaged = ({ damaged }: Damaged, to: string): AppError =>
  new AppError('archive_damaged', `The archive of this event is damaged: put its file back, then ${to}.`, {
    context: { path: damaged },
  })
