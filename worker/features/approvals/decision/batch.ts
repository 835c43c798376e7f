import type { OrganizationContext } from '../../../platform/context.ts'
import { readingManyStatement } from '../reading/store.ts'
import { castBallots } from './cast.ts'
import type { BatchDecision, BatchResult } from './contract.ts'
import { refusalError } from './refuse.ts'

/**
 * Decides many approvals, each with an outcome of its own, in every respect as if they were decided one by one. What is
 * critical counts only for a caller who has opened it. One that cannot be decided says why and holds back none of the
 * others. Answers in the order of the request.
 */
export const decideBatch = async (ctx: OrganizationContext, { items }: BatchDecision): Promise<BatchResult> => {
  const known = await readingManyStatement(ctx, [...new Set(items.map(({ id }) => id))]).run()
  const ballots = items.map(({ id, ...wanted }) => ({ approvalId: id, ...wanted, criticalOpened: true }))
  const casts = await castBallots(ctx, ballots, known)
  const results = casts.map((cast, index): BatchResult['items'][number] => {
    const id = items[index]?.id ?? ''
    if (cast.ok) return { ok: true, id, state: cast.approval.state }
    const { code, message } = refusalError(cast.because, cast.approval)
    return { ok: false, id, code, detail: message }
  })
  const decided = results.filter(({ ok }) => ok).length
  return { decided, failed: results.length - decided, items: results }
}
