import { z } from 'zod'
import { Id, Risk, Timestamp } from '../../../platform/contract.ts'
import { Comment } from '../attention/contract.ts'
import { DecisionOutcome } from '../contract.ts'

/** What surrounds an approval: fetched with its detail, not part of what is decided on. */
export const ApprovalContext = z.object({
  /** What led to it: the newest entries of its trace up to the request, oldest first, at most 30. */
  trace: z.array(
    z.object({
      seq: z.number().int(),
      type: z.string(),
      at: Timestamp,
      risk: Risk,
      payload: z.record(z.string(), z.unknown()),
    }),
  ),
  /** The same pattern (program, sub-command, options without their values) of the last 30 days, this one left out. */
  precedent: z.object({
    allowed: z.number().int(),
    refused: z.number().int(),
    undecided: z.number().int(),
    last: z.object({ approvalId: Id('apr'), outcome: DecisionOutcome, byName: z.string(), at: Timestamp }).nullable(),
  }),
  comments: z.array(Comment),
})
export type ApprovalContext = z.infer<typeof ApprovalContext>
