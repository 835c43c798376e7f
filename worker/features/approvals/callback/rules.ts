import type { ApprovalState } from '../contract.ts'

const firstMs = 5_000
const longestMs = 6 * 3_600_000
/** With the waits between them, about a day. */
const attemptsMax = 16

/** How long to wait after that many attempts, spread by `random` (0 to 1) over half and one and a half of it; null: give up. */
export const backoffMs = (attempts: number, random: number): number | null =>
  attempts >= attemptsMax ? null : Math.round(Math.min(firstMs * 2 ** (attempts - 1), longestMs) * (0.5 + random))

/** What the requester is told of: a decision stands, whatever became of it since, unless it has no effect. */
export const toldOf = (state: ApprovalState): 'decided' | 'expired' | 'undeliverable' | null => {
  if (state === 'pending') return null
  return state === 'expired' || state === 'undeliverable' ? state : 'decided'
}
