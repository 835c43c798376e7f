import type { OrganizationContext } from '../../platform/context.ts'
import { factsOf, subcommandDepth } from '../approvals/index.ts'
import type { GrantProposal } from './contract.ts'
import { coveragesOf } from './coverage.ts'
import { requestById } from './store.ts'
import { proposalsFor } from './widen.ts'

const coverageDays = 30

/**
 * Grants that a person could make of an approval, the narrowest first, each with what it would have answered in the last
 * 30 days and how people had decided that. Throws `not_found`.
 */
export const proposeGrants = async (ctx: OrganizationContext, approvalId: string): Promise<GrantProposal[]> => {
  const request = await requestById(ctx, approvalId)
  const proposed = proposalsFor(factsOf(request), subcommandDepth)
  const coverages = await coveragesOf(
    ctx,
    proposed.map(({ pattern }) => pattern),
    coverageDays,
  )
  return coverages.flatMap((coverage, index) => {
    const widened = proposed[index]
    return widened ? [{ ...widened, coverage, gatewayOffers: request.gatewayOffersAlways }] : []
  })
}
