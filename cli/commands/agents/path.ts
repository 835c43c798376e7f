import type { Freshness } from '../../../worker/features/agents/live/contract.ts'
import { note, plain } from '../../output/output.ts'

export const pathOf = (id: string): string => `/agents/${encodeURIComponent(id)}`

/** A gateway that applies a change answers nothing else for a while. */
export const slow = { timeoutMs: 90_000 }

const origins = {
  last_known: 'this is what it said at',
  snapshot: 'this is the newest version, with what versions keep, of',
  recorded: 'this is what it told by itself up to',
} as const

/** Says when an answer is not of now. */
export function noteAge({ source, at, because }: Freshness): void {
  if (source !== 'live') note(plain(`The gateway is away (${because}); ${origins[source]} ${at}.`))
}

/** Says that a list is not the whole one. */
export function notePart(isComplete: boolean): void {
  if (!isComplete) note('This is a part of them; there may be more.')
}
