import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { commitAll } from '../../../platform/db.ts'
import { traceOfRun } from '../../approvals/index.ts'
import type { CronRun } from '../../connectors/link/questions/contract.ts'
import { type MaskingRules, maskingRulesOf, maskText } from '../../masking/index.ts'
import type { RunRow } from '../schema.ts'
import { forgetRunsStatement, keepRunStatement, traceStatement } from './store.ts'

const keptMs = 90 * 86_400_000
const forgottenAtOnce = 500
const summaryMax = 500

interface Whose {
  connectorId: string
  agentId: string | null
  jobName: string
}

/** Keeps runs as they were told; each is one, however often and by whichever way it is told. */
export const keepRuns = async (ctx: OrganizationContext, whose: Whose, runs: CronRun[]): Promise<void> => {
  const rules = await maskingRulesOf(ctx, ctx.organizationId)
  await commitAll(
    ctx.db,
    runs.map((run) => keepRunStatement(ctx, rowOf(ctx, whose, run, rules))),
  )
}

/** The agent's run of a job was told, which may be after the job's: the gateway tells them by different ways. */
export const linkTrace = async (
  ctx: OrganizationContext,
  connectorId: string,
  { sessionKey, runId }: { sessionKey: string; runId: string },
): Promise<void> => {
  const traceId = sessionKey.includes(':cron:') ? traceOfRun(runId) : null
  if (traceId !== null) await traceStatement(ctx, connectorId, sessionKey, traceId)
}

/** Cron: history is kept for ninety days. */
export const forgetOldRuns = async (ctx: RequestContext): Promise<void> => {
  await forgetRunsStatement(ctx, ctx.now().getTime() - keptMs, forgottenAtOnce)
}

const rowOf = (ctx: OrganizationContext, whose: Whose, run: CronRun, rules: MaskingRules): RunRow => ({
  ...whose,
  organizationId: ctx.organizationId,
  externalId: run.jobId,
  at: Date.parse(run.at),
  status: run.status,
  durationMs: run.durationMs,
  summary: masked(run.summary, rules),
  error: masked(run.error, rules),
  sessionKey: run.sessionKey,
  traceId: traceOfRun(run.runId),
  model: run.model,
  inputTokens: run.inputTokens,
  outputTokens: run.outputTokens,
})

/** Masked whole and then cut: what is cut through looks like nothing any more. */
const masked = (text: string | null, rules: MaskingRules): string | null => {
  if (text === null) return null
  const told = maskText(text, rules)
  return told.length > summaryMax ? `${told.slice(0, summaryMax - 1).toWellFormed()}…` : told
}
