import { z } from 'zod'
import { CronDefinition, CronPatch } from '../../connectors/link/changes/contract.ts'

export const AddJob = CronDefinition
/** `expectedRevision`: of the job as it was read. */
export const ChangeJob = CronPatch.extend({ expectedRevision: z.string().min(1).max(300) }).refine(
  (change) => Object.keys(change).length > 1,
  'says nothing to change',
)
export const JobId = z.string().min(1).max(300)
