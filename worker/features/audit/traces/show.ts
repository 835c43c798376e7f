import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { drainAudit } from '../drain.ts'
import type { Trace } from './contract.ts'
import { spansOf } from './rules.ts'
import { spanIdOf, traced } from './spans.ts'
import { namesOfAgents } from './store.ts'

const eventsMax = 2_000

/** Everything of one trace as a tree across agents. Throws `not_found` for a trace that no event names. */
export const showTrace = async (ctx: OrganizationContext, traceId: string): Promise<Trace> => {
  await drainAudit(ctx, ctx.organizationId)
  const log = auditLog(ctx.env, ctx.organizationId)
  const { entries, more } = await log.page({ filter: { traceId }, order: 'oldest', limit: eventsMax, beyond: null })
  const times = entries.map(({ at }) => at).sort()
  const [startedAt, endedAt] = [times.at(0), times.at(-1)]
  if (startedAt === undefined || endedAt === undefined) throw notFound('Trace')
  const spans = spansOf(entries, (key) => spanIdOf(traceId, key))
  const costs = spans.flatMap(({ costMicroUsd }) => costMicroUsd ?? [])
  return {
    traceId,
    startedAt,
    endedAt,
    durationMs: Date.parse(endedAt) - Date.parse(startedAt),
    costMicroUsd: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
    agents: await namesOfAgents(ctx, [...new Set(entries.flatMap(({ agentId }) => agentId ?? []))]),
    spans,
    events: entries.map(traced),
    isCut: more,
  }
}
