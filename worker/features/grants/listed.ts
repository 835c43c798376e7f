import type { OrganizationContext } from '../../platform/context.ts'
import { commitAll, type Statement } from '../../platform/db.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { GatewayGrant } from '../connectors/link/events/contract.ts'
import { grantCreatedStatement } from './create.ts'
import { askToForget, synchronisedStatement } from './gateway.ts'
import { type ListingPlan, planListing } from './listing.ts'
import type { GrantRow } from './schema.ts'
import {
  approvalsOfGrants,
  endStatement,
  gatewayGrantRows,
  insertGatewayGrantStatement,
  moveGatewayStatement,
  seenUsedStatement,
} from './store.ts'

/** D1 takes a batch as one request. */
const statementsPerBatch = 60

/**
 * The gateway of a connector told all its allow-always records at `at` (ms, the connector's clock): brings our grants in
 * step with them. Told twice, or late, it changes nothing more. A record that stands for a grant which has ended here
 * meanwhile is to be forgotten again.
 */
export const gatewayGrantsListed = async (
  ctx: OrganizationContext,
  connectorId: string,
  agentIdsByExternalId: ReadonlyMap<string, string>,
  records: GatewayGrant[],
  at: number,
): Promise<void> => {
  const rows = await gatewayGrantRows(ctx, connectorId)
  const approvalIds = rows.flatMap(({ gateway, approvalId }) =>
    gateway === 'wanted' && approvalId ? [approvalId] : [],
  )
  const approvals = approvalIds.length > 0 ? await approvalsOfGrants(ctx, approvalIds) : []
  const agentIdOf = (externalId: string) => agentIdsByExternalId.get(externalId) ?? null
  const plan = planListing({ at, records, rows, approvals, agentIdOf })
  const adopted = plan.adopted.map((record) => adoptedGrant(ctx, connectorId, agentIdOf, record, at))
  const groups = [
    ...plan.released.map((row) => [moveGatewayStatement(ctx, row.id, ['revoked'], { gatewayRef: null })]),
    ...plan.kept.map(({ row, ref }) => keptStatements(ctx, row, ref, at)),
    ...adopted.map((row) => [insertGatewayGrantStatement(ctx, row), grantCreatedStatement(ctx, row, 'medium')]),
    ...plan.gone.map((row) => goneStatements(ctx, row, at)),
    ...plan.given.map((row) => [moveGatewayStatement(ctx, row.id, ['wanted'], { gateway: 'none' })]),
    ...usedSince(rows, records).map(({ row, lastUsedAt }) => [seenUsedStatement(ctx, row.id, lastUsedAt)]),
  ]
  // Cut between groups, never inside of one: each is a guarded change and its event, and may be repeated alone.
  for (let start = 0; start < groups.length; ) {
    const batch: Statement[] = []
    while (start < groups.length && batch.length < statementsPerBatch) batch.push(...(groups[start++] ?? []))
    await commitAll(ctx.db, batch)
  }
  // Not awaited: the session that asks us is the one that keeps the command.
  for (const forget of endedMeanwhile(plan)) ctx.waitUntil(askToForget(ctx, forget))
  if (groups.length > 0) await drainSoon(ctx, ctx.organizationId)
}

const endedMeanwhile = ({ kept }: ListingPlan) =>
  kept.flatMap(({ row, ref }) => (row.endedAt === null ? [] : [{ ...row, gatewayRef: ref }]))

/** A grant that has ended here is not kept: it goes on to be forgotten. */
const keptStatements = (
  ctx: OrganizationContext,
  row: GrantRow,
  gatewayRef: string,
  gatewayAt: number,
): Statement[] => {
  const gateway = row.endedAt === null ? ('kept' as const) : ('revoking' as const)
  return [
    moveGatewayStatement(ctx, row.id, ['wanted'], { gateway, gatewayRef, gatewayAt }),
    synchronisedStatement(ctx, row, gateway),
  ]
}

const goneStatements = (ctx: OrganizationContext, row: GrantRow, gatewayAt: number): Statement[] => {
  const now = ctx.now().getTime()
  const facts = { target: row.id, agentId: row.agentId, connectorId: row.connectorId }
  return [
    endStatement(ctx, row.id, {
      revokedAt: now,
      revokedById: ctx.actor.id,
      revokedByName: 'gateway',
      revokeReason: 'The gateway no longer remembers it.',
      endedAt: now,
    }),
    auditStatement(ctx, 'grant.revoked', { grantId: row.id, reason: 'by the gateway' }, facts),
    moveGatewayStatement(ctx, row.id, ['kept', 'revoking'], { gateway: 'revoked', gatewayAt }),
    synchronisedStatement(ctx, row, 'revoked'),
  ]
}

/** What is known of a record that the gateway made by itself; how it restricts arguments, the gateway alone knows. */
const adoptedGrant = (
  ctx: OrganizationContext,
  connectorId: string,
  agentIdOf: (externalId: string) => string | null,
  record: GatewayGrant,
  at: number,
): GrantRow => {
  const agentId = record.agent === null ? null : agentIdOf(record.agent)
  return {
    id: ctx.newId('grn'),
    organizationId: ctx.organizationId,
    pattern: {
      source: 'openclaw.exec',
      action: 'exec',
      agentId,
      connectorId,
      command: null,
      words: { words: [{ exact: record.pattern }], more: true },
      cwd: null,
      arguments: null,
      riskMax: 'critical',
    },
    agentId,
    connectorId,
    approvalId: null,
    createdByKind: 'gateway',
    createdById: connectorId,
    createdByName: '',
    createdAt: record.createdAt === null ? at : Date.parse(record.createdAt),
    expiresAt: null,
    usesMax: null,
    uses: 0,
    lastUsedAt: record.lastUsedAt === null ? null : Date.parse(record.lastUsedAt),
    revokedAt: null,
    revokedById: null,
    revokedByName: null,
    revokeReason: null,
    endedAt: null,
    gateway: 'kept',
    gatewayRef: record.ref,
    gatewayAt: at,
  }
}

/** What the gateway let pass by itself is a use that we only hear of here. */
const usedSince = (rows: GrantRow[], records: GatewayGrant[]) => {
  const byRef = new Map(rows.map((row) => [row.gatewayRef, row]))
  return records.flatMap(({ ref, lastUsedAt: told }) => {
    const [row, lastUsedAt] = [byRef.get(ref), told === null ? 0 : Date.parse(told)]
    return row?.gateway === 'kept' && lastUsedAt > (row.lastUsedAt ?? 0) ? [{ row, lastUsedAt }] : []
  })
}
