import { eq, inArray } from 'drizzle-orm'
import { CreatedApiKey } from '../../worker/features/api-keys/contract.ts'
import { digestOfShown } from '../../worker/features/approvals/facts.ts'
import { approvalComments, approvals, approvalViews, approvalVotes } from '../../worker/features/approvals/schema.ts'
import { type Ask, type AskGroup, defaultAsk } from '../../worker/features/rules/contract.ts'
import type { Capability } from '../../worker/platform/access/contract.ts'
import type { OrganizationContext } from '../../worker/platform/context.ts'
import { commitAll } from '../../worker/platform/db.ts'
import { newId } from '../../worker/platform/ids.ts'
import { post } from './call.ts'
import type { Person } from './organizations.ts'

type Row = typeof approvals.$inferSelect

/** A pending request of a system, with whatever a test cares about. */
export const approvalRow = (ctx: OrganizationContext, facts: Partial<Row> = {}): Row => {
  const now = Date.now()
  const row: Row = {
    id: newId('apr'),
    organizationId: ctx.organizationId,
    connectorId: null,
    externalId: null,
    source: 'api',
    action: 'deploy',
    title: 'Deploy the shop',
    requestedByKind: 'api_key',
    requestedById: newId('key'),
    requestedByName: 'Pipeline',
    requestedByUser: null,
    idempotencyKey: null,
    requestDigest: null,
    agentId: null,
    seen: { agent: { externalId: '', name: '', model: '' }, connector: { name: '' } },
    sessionKey: null,
    traceId: null,
    state: 'pending',
    stateReason: null,
    risk: 'medium',
    riskReasons: [],
    impact: [],
    impactText: null,
    reversibility: 'reversible',
    costEstimate: null,
    command: 'shop deploy --to production',
    pattern: 'api:deploy shop deploy',
    arguments: null,
    cwd: null,
    host: null,
    resolvedPath: null,
    warnings: [],
    evidence: [],
    gatewayOffersAlways: false,
    hasCallback: false,
    allowedOutcomes: ['allow_once', 'allow_always', 'reject'],
    digest: '',
    ruleSetVersion: 3,
    ruleId: null,
    ruleName: null,
    ask: defaultAsk,
    shadowed: [],
    grantId: null,
    voteCount: 0,
    assigneeId: null,
    outcome: null,
    decidedByKind: null,
    decidedById: null,
    decidedByName: null,
    reason: null,
    requestedAt: now - 1_000,
    shownAt: null,
    expiresAt: now + 600_000,
    requesterWaitsUntil: now + 600_000,
    escalatesAt: null,
    escalatedAt: null,
    decidedAt: null,
    deliveredAt: null,
    confirmedAt: null,
    ...facts,
  }
  return { ...row, digest: digestOfShown(row) }
}

/** The same, written straight to D1. */
export const anApproval = async (ctx: OrganizationContext, facts: Partial<Row> = {}): Promise<Row> => {
  const row = approvalRow(ctx, facts)
  await ctx.db.insert(approvals).values(row)
  return row
}

/** Many of them at once. */
export const manyApprovals = async (ctx: OrganizationContext, count: number): Promise<Row[]> => {
  const rows = Array.from({ length: count }, () => approvalRow(ctx))
  await commitAll(
    ctx.db,
    rows.map((row) => ctx.db.insert(approvals).values(row)),
  )
  return rows
}

/** An ask of these groups, the rest as usual. */
export const askOf = (groups: Partial<AskGroup>[], rest: Partial<Ask> = {}): Ask => ({
  ...defaultAsk,
  groups: groups.map((group) => ({ roles: [], members: [], quorum: 1, ...group })),
  ...rest,
})

/** Everything that is stored about the organization's approvals, whoever wrote it, for telling that nothing changed. */
export const storedApprovals = async ({ db, organizationId }: OrganizationContext) => {
  const own = db.select({ id: approvals.id }).from(approvals).where(eq(approvals.organizationId, organizationId))
  return db.batch([
    db.select().from(approvals).where(eq(approvals.organizationId, organizationId)).orderBy(approvals.id),
    db.select().from(approvalVotes).where(inArray(approvalVotes.approvalId, own)).orderBy(approvalVotes.id),
    db
      .select()
      .from(approvalViews)
      .where(inArray(approvalViews.approvalId, own))
      .orderBy(approvalViews.approvalId, approvalViews.userId),
    db.select().from(approvalComments).where(inArray(approvalComments.approvalId, own)).orderBy(approvalComments.id),
  ])
}

/** A key of this person's, that decides unless other scopes are given. */
export const aKeyOf = async (
  person: Pick<Person, 'authorization'>,
  scopes: Capability[] = ['approvals.read', 'approvals.decide', 'grants.write'],
): Promise<Pick<Person, 'authorization'>> => {
  const answer = await post('/api/v1/api-keys', { name: 'Robot', scopes }, await person.authorization())
  const { secret } = CreatedApiKey.parse(await answer.json())
  return { authorization: async () => ({ authorization: `Bearer ${secret}` }) }
}
