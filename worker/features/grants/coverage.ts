import type { OrganizationContext } from '../../platform/context.ts'
import { risks } from '../../platform/contract.ts'
import { iso } from '../../platform/time.ts'
import { factsOf } from '../approvals/index.ts'
import type { CoverageQuery, GrantCoverage, GrantPattern } from './contract.ts'
import { covers } from './rules.ts'
import { candidateRequests, countRequests, type RecordedRequest } from './store.ts'

const dayMs = 86_400_000
const pageSize = 1_000
const sampleMax = 20
/** A person waits for the answer: of more requests than this the newest are looked at, and `from` says so. */
const pagesMax = 20

/** What a pattern would have answered in the last `days`: found by running it over the recorded requests. */
export const coverageOf = async (
  ctx: OrganizationContext,
  { pattern, days }: CoverageQuery,
): Promise<GrantCoverage> => {
  const [coverage] = await coveragesOf(ctx, [pattern], days)
  if (!coverage) throw new Error('one pattern has one coverage')
  return coverage
}

/**
 * The same for several patterns of one source and action, in their order, with one reading of the requests: only those
 * are read that the widest could cover.
 */
export const coveragesOf = async (
  ctx: OrganizationContext,
  patterns: GrantPattern[],
  days: number,
): Promise<GrantCoverage[]> => {
  const to = ctx.now().getTime()
  let from = to - days * dayMs
  const found = patterns.map((pattern) => ({ pattern, coverage: nothingCovered(to) }))
  let beyond: { requestedAt: number; id: string } | undefined
  for (let pages = 0; pages === 0 || beyond; pages++) {
    if (beyond && pages === pagesMax) {
      from = beyond.requestedAt
      break
    }
    const page = await candidateRequests(ctx, narrowed(patterns), { from, to }, pageSize, beyond)
    for (const request of page) {
      const facts = factsOf(request)
      for (const { pattern, coverage } of found) if (covers(pattern, facts)) count(coverage, request)
    }
    beyond = page.length === pageSize ? page.at(-1) : undefined
  }
  const scanned = await countRequests(ctx, { from, to })
  return found.map(({ coverage }) => ({ ...coverage, from: iso(from), scanned }))
}

/** What all of the patterns have in common, for leaving out requests that none of them covers. */
const narrowed = (patterns: GrantPattern[]) => {
  const shared = <T>(of: (pattern: GrantPattern) => T): T | null => {
    const [first, ...rest] = patterns.map(of)
    return first !== undefined && rest.every((each) => each === first) ? first : null
  }
  return {
    source: shared(({ source }) => source),
    action: shared(({ action }) => action),
    agentId: shared(({ agentId }) => agentId),
    connectorId: shared(({ connectorId }) => connectorId),
    command: shared(({ command }) => command),
    program: shared(programOf),
    risks: risks.slice(0, Math.max(...patterns.map(({ riskMax }) => risks.indexOf(riskMax))) + 1),
  }
}

const programOf = ({ words }: GrantPattern): string | null => {
  const first = words?.words[0]
  return first && 'exact' in first ? first.exact : null
}

const nothingCovered = (to: number): GrantCoverage => ({
  from: iso(to),
  to: iso(to),
  scanned: 0,
  covered: 0,
  allowed: 0,
  refused: 0,
  undecided: 0,
  byRisk: { low: 0, medium: 0, high: 0, critical: 0 },
  sample: [],
})

/** How people decided: what a rule, a grant, or the clock answered, nobody looked at. */
const byPeople = new Set(['member', 'api_key', 'gateway'])

/** Requests come newest first, and so the sample is of the newest. */
const count = (coverage: GrantCoverage, request: RecordedRequest): void => {
  const { id, command, title, action, risk, outcome, decidedByKind, requestedAt } = request
  const decided = outcome !== null && decidedByKind !== null && byPeople.has(decidedByKind) ? outcome : null
  coverage.covered += 1
  coverage.byRisk[risk] += 1
  coverage[decided === null ? 'undecided' : decided === 'reject' ? 'refused' : 'allowed'] += 1
  if (coverage.sample.length < sampleMax)
    coverage.sample.push({
      approvalId: id,
      command: command || title || action,
      risk,
      outcome,
      requestedAt: iso(requestedAt),
    })
}
