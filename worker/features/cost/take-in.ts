import { costLedger } from '../../../durable-objects/cost-ledger/stub.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import type { RunUsage } from '../connectors/link/events/contract.ts'
import { agentTraits, type CostDay, daysStatement } from './store.ts'

/** What a connector told of a run that ended. */
export interface ToldUsage {
  runId: string
  /** The gateway's id. */
  agent: string
  /** The last one that the run called, as `provider/model`; null: nobody told. */
  model: string | null
  /** In milliseconds since 1970. */
  at: number
  /** Null: the gateway did not say what it used. */
  usage: RunUsage | null
}

/**
 * Takes in what runs of a connector used: when it resolves, the ledger has it. Each run is counted once, however often it
 * is told. A run of which no model was told counts as one of the model that its agent is set to.
 */
export const usageTold = async (
  ctx: OrganizationContext,
  connectorId: string,
  agentIds: ReadonlyMap<string, string>,
  told: readonly ToldUsage[],
): Promise<void> => {
  if (told.length === 0) return
  const ids = [...new Set(told.flatMap(({ agent }) => agentIds.get(agent) ?? []))]
  const traits = new Map(ids.length === 0 ? [] : (await agentTraits(ctx, ids)).map((each) => [each.id, each]))
  await costLedger(ctx.env, ctx.organizationId).record(
    ctx.organizationId,
    told.map(({ runId, agent, model, at, usage }) => {
      const agentId = agentIds.get(agent) ?? null
      const known = agentId === null ? undefined : traits.get(agentId)
      return {
        connectorId,
        runId,
        agent,
        agentId,
        at,
        group: known?.group ?? null,
        model: model ?? known?.model ?? null,
        inputTokens: usage?.inputTokens ?? 0,
        outputTokens: usage?.outputTokens ?? 0,
        costMicroUsd: usage?.costMicroUsd ?? null,
      }
    }),
  )
}

/** What lists read of days, as the ledger tells it. */
export const showDays = async (
  ctx: RequestContext & { organizationId: string },
  days: readonly CostDay[],
): Promise<void> => {
  await daysStatement(ctx, ctx.organizationId, days)
}
