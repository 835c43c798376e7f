import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import type { AwayCause, Freshness } from './contract.ts'

/** How old an answer is that is told in place of a gateway's own; `at` in milliseconds since 1970. */
export const notLive = (
  ctx: OrganizationContext,
  source: Exclude<Freshness['source'], 'live'>,
  at: number,
  because: AwayCause,
): Freshness => ({ source, at: iso(at), ageMs: Math.max(0, ctx.now().getTime() - at), because })
