import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { bothHold, landed, type Statement } from '../../platform/db.ts'
import { iso } from '../../platform/time.ts'
import { auditStatement, tellingStatement } from '../audit/index.ts'
import { useGrantStatement as countUseStatement, coveringGrantQuery, noGrantCovers } from '../grants/index.ts'
import type { Verdict } from '../rules/contract.ts'
import { rulesInForceQuery, rulesStillKept } from '../rules/index.ts'
import { factsOf } from './facts.ts'
import { mayBeCovered, rememberWhether } from './may-be-covered.ts'
import { type CoveringGrant, isGrantable, type NewRequest, ruleOn } from './rule-on.ts'
import type { ApprovalRow } from './schema.ts'
import { insertApprovalStatement, isNew, type Told, toldStatement, type Under } from './store.ts'

export interface Entering {
  /** What tells a request apart from another one of its requester. */
  told: Told
  /** False where the caller tells of the request itself, as a gateway does. */
  tellOpened: boolean
  /**
   * What such a caller tells of the approval that the request has become. It commits with the approval, so whatever is
   * said of that later, by whomever, comes behind it in the sequence.
   */
  requested?: ((approval: ApprovalRow) => AuditInput) | undefined
  /** Commits with the approval, only if that is new: directly behind a guarded write. */
  alongside?: Statement[]
}

export interface Entered {
  /** As it stands: the approval that was there already when the request was told before. */
  row: ApprovalRow
  isNew: boolean
}

const isAsExpected = bothHold(rulesStillKept, noGrantCovers)
const behindUse: Under = { condition: landed, values: {} }

/**
 * The one way by which a request becomes an approval, wherever it comes from: the rules are asked, then the grants; what
 * neither answers waits for people. Told twice it is one: approval, events and use of a grant commit together or not at
 * all. What is new is written at once, under the condition that the rules which this isolate knows still hold and no grant
 * could cover it. Where that does not hold, or did not for the last one like it, one round trip reads and one writes.
 */
export const enter = async (ctx: OrganizationContext, request: NewRequest, how: Entering): Promise<Entered> => {
  const facts = factsOf(request)
  const [rules, covering] = [rulesInForceQuery(ctx), coveringGrantQuery(ctx, facts)]
  if (rules.kept && !mayBeCovered(request)) {
    const { row, insert, following } = writing(ctx, request, how, rules.kept.verdict(facts), null)
    const under = { condition: isAsExpected, values: { ...rules.values, ...covering.values } }
    const [inserted] = await ctx.db.batch([insert(under), ...following])
    if (inserted.meta.changes > 0) return { row, isNew: true }
  }
  const [ruleRows, candidates] = await ctx.db.batch([rules.statement, covering.statement])
  rememberWhether(request, candidates.length > 0)
  const verdict = rules.read(ruleRows).verdict(facts)
  const grant = covering.read(candidates)
  if (grant && isGrantable(verdict, request)) {
    const entered = await commit(ctx, request, how, verdict, grant)
    if (entered) return entered
    // Used up, ended or revoked since it was found: people are asked after all.
  }
  const entered = await commit(ctx, request, how, verdict, null)
  if (!entered) throw new Error('an approval was neither written nor there')
  return entered
}

/** What makes an approval of a request: its row, and the writes that follow directly behind the insertion. */
const writing = (
  ctx: OrganizationContext,
  request: NewRequest,
  { tellOpened, requested, alongside = [] }: Entering,
  verdict: Verdict,
  grant: CoveringGrant | null,
) => {
  const row = ruleOn(request, verdict, grant, ctx.now().getTime())
  return {
    row,
    insert: (under?: Under) => insertApprovalStatement(ctx, row, under),
    following: [
      ...(tellOpened ? [openedStatement(ctx, row)] : []),
      ...(requested ? [tellingStatement(ctx, requested(row))] : []),
      ...(row.outcome === null ? [] : [decidedStatement(ctx, row)]),
      ...(verdict.error === null || verdict.rule === null
        ? []
        : [failedStatement(ctx, row, verdict.rule.id, verdict.error)]),
      ...alongside,
    ],
  }
}

const commit = async (
  ctx: OrganizationContext,
  request: NewRequest,
  how: Entering,
  verdict: Verdict,
  grant: CoveringGrant | null,
): Promise<Entered | null> => {
  const { row, insert, following } = writing(ctx, request, how, verdict, grant)
  const now = ctx.now().getTime()
  const inserted = grant
    ? (
        await ctx.db.batch([
          countUseStatement(ctx, grant.id, now, isNew(ctx, how.told)),
          insert(behindUse),
          ...following,
        ])
      )[1]
    : (await ctx.db.batch([insert(), ...following]))[0]
  if (inserted.meta.changes > 0) return { row, isNew: true }
  const [known] = await toldStatement(ctx, how.told)
  return known ? { row: known, isNew: false } : null
}

/** What an approval's events have in common. */
export const eventFacts = (row: Pick<ApprovalRow, 'id' | 'agentId' | 'connectorId' | 'risk' | 'traceId'>) => ({
  target: row.id,
  agentId: row.agentId,
  connectorId: row.connectorId,
  risk: row.risk,
  traceId: row.traceId,
})

const openedStatement = (ctx: OrganizationContext, row: ApprovalRow) =>
  auditStatement(
    ctx,
    'approval.opened',
    {
      approvalId: row.id,
      source: row.source,
      action: row.action,
      title: row.title,
      command: row.command.slice(0, 4_000),
      digest: row.digest,
      expiresAt: iso(row.expiresAt),
      verdict: row.decidedByKind === 'rule' ? (row.outcome === 'reject' ? 'refuse' : 'allow') : 'ask',
      ruleId: row.ruleId,
      ruleSetVersion: row.ruleSetVersion,
      grantId: row.grantId,
    },
    eventFacts(row),
  )

/** The event of a decision that no person made. */
export const decidedStatement = (ctx: OrganizationContext, row: ApprovalRow) =>
  auditStatement(
    ctx,
    'approval.decided',
    {
      approvalId: row.id,
      outcome: row.outcome ?? 'reject',
      digest: row.digest,
      reason: row.reason,
      by: row.decidedByKind === 'grant' || row.decidedByKind === 'expiry' ? row.decidedByKind : 'rule',
      ruleId: row.ruleId,
      ruleSetVersion: row.ruleSetVersion,
      grantId: row.grantId,
      signed: false,
    },
    { ...eventFacts(row), actor: { kind: 'system', id: row.decidedById ?? '' } },
  )

const failedStatement = (ctx: OrganizationContext, row: ApprovalRow, ruleId: string, message: string) =>
  auditStatement(ctx, 'rule.failed', { ruleId, approvalId: row.id, message }, { ...eventFacts(row), risk: 'high' })
