import type { Freshness } from '../../../worker/features/agents/live/contract.ts'
import { note, plain } from '../../output/output.ts'

export const pathOf = (id: string): string => `/agents/${encodeURIComponent(id)}`

/** A gateway that applies a change answers nothing else for a while. */
export const slow = { timeoutMs: 90_000 }

/** Says when an answer is not of now. */
export function noteAge({ source, at, because }: Freshness): void {
  if (source === 'last_known') note(plain(`The gateway is away (${because}); this is what it said at ${at}.`))
}
