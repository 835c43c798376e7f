import type { GatewayGrant } from '../connectors/link/events/contract.ts'
import type { GrantRow } from './schema.ts'
import type { ApprovalOfGrant } from './store.ts'

/** How far the clocks of a gateway's records and ours may be apart. */
const clockSlackMs = 120_000

export interface Listing {
  /** When the gateway listed, by the connector's clock. */
  at: number
  records: GatewayGrant[]
  /** Our grants that concern this gateway. */
  rows: GrantRow[]
  /** The approvals that wanted grants were made from. */
  approvals: ApprovalOfGrant[]
  agentIdOf: (externalId: string) => string | null
}

export interface ListingPlan {
  /** The gateway remembers these now, under this ref. */
  kept: { row: GrantRow; ref: string }[]
  /** The gateway gave these by itself. */
  adopted: GatewayGrant[]
  /** The gateway remembered these and does no longer. */
  gone: GrantRow[]
  /** Their old ref stands for a new record. */
  released: GrantRow[]
  /** Wanted, but the gateway never took the decision that would have made it remember them. */
  given: GrantRow[]
}

/**
 * What a gateway's list of its allow-always records says about our grants. A record without one of our grants is taken
 * for a wanted one when our allow-always went to the gateway, agent and executable are the same, and it is no older than
 * the decision, the earliest of both first; everything else the gateway gave by itself. A list from before what we know
 * of a grant says nothing about it: lists may come twice, and late.
 */
export const planListing = ({ at, records, rows, approvals, agentIdOf }: Listing): ListingPlan => {
  const refs = new Set(records.map(({ ref }) => ref))
  const isNews = (row: GrantRow) => (row.gatewayAt ?? 0) < at
  const released = rows.filter(
    (row) => row.gateway === 'revoked' && row.gatewayRef !== null && refs.has(row.gatewayRef) && isNews(row),
  )
  const known = new Set(rows.flatMap((row) => (released.includes(row) ? [] : [row.gatewayRef])))
  const approvalOf = new Map(approvals.map((approval) => [approval.id, approval]))
  const given = rows.filter((row) => row.gateway === 'wanted' && isGivenUp(approvalOf.get(row.approvalId ?? '')))
  const wanted = rows
    .filter((row) => row.gateway === 'wanted' && !given.includes(row))
    .sort((a, b) => a.createdAt - b.createdAt)
  const plan: ListingPlan = { kept: [], adopted: [], gone: [], released, given }
  for (const record of records.filter(({ ref }) => !known.has(ref)).sort(byAge)) {
    const index = wanted.findIndex((row) => isRecordOf(record, approvalOf.get(row.approvalId ?? ''), agentIdOf))
    const [row] = index < 0 ? [] : wanted.splice(index, 1)
    if (row) plan.kept.push({ row, ref: record.ref })
    else plan.adopted.push(record)
  }
  plan.gone = rows.filter(
    (row) =>
      (row.gateway === 'kept' || row.gateway === 'revoking') &&
      row.gatewayRef !== null &&
      !refs.has(row.gatewayRef) &&
      isNews(row),
  )
  return plan
}

const byAge = (a: GatewayGrant, b: GatewayGrant) =>
  Date.parse(a.createdAt ?? '9999-12-31') - Date.parse(b.createdAt ?? '9999-12-31')

const isGivenUp = (approval: ApprovalOfGrant | undefined) =>
  approval === undefined || approval.state === 'expired' || approval.state === 'undeliverable'

/** Our allow-always was taken by the gateway before we hear of the record: `decided` is on its way and may be there. */
const isRecordOf = (
  record: GatewayGrant,
  approval: ApprovalOfGrant | undefined,
  agentIdOf: Listing['agentIdOf'],
): boolean =>
  approval !== undefined &&
  approval.outcome === 'allow_always' &&
  approval.decidedAt !== null &&
  ['decided', 'delivered', 'confirmed'].includes(approval.state) &&
  (record.agent === null ? null : agentIdOf(record.agent)) === approval.agentId &&
  (record.createdAt === null || Date.parse(record.createdAt) >= approval.decidedAt - clockSlackMs) &&
  isExecutableOf(record.pattern, approval)

const isExecutableOf = (pattern: string, { resolvedPath, action, command }: ApprovalOfGrant): boolean =>
  pattern === resolvedPath ||
  pattern === action ||
  (resolvedPath === null && nameOf(pattern) === nameOf(command.trimStart().split(/\s/, 1)[0] ?? ''))

const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
