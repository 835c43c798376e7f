import type { ApprovalRow } from './schema.ts'

type Like = Pick<ApprovalRow, 'organizationId' | 'pattern'>

/** Patterns of requests, with their organization, of which the last one met a grant. Of this isolate. */
const met = new Set<string>()
const metMax = 10_000

const nameOf = ({ organizationId, pattern }: Like): string => `${organizationId} ${pattern}`

/**
 * Whether the last request like this one met a grant that could cover it, so that asking first is less work than writing
 * first. A hint: only time depends on it.
 */
export const mayBeCovered = (request: Like): boolean => met.has(nameOf(request))

export const rememberWhether = (request: Like, isCovered: boolean): void => {
  if (!isCovered) met.delete(nameOf(request))
  else if (met.size < metMax) met.add(nameOf(request))
}
