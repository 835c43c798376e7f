import { agentIdsOf, applyRoster, trackRuns } from '../../worker/features/agents/index.ts'
import {
  approvalResolved,
  approvalsByExternalId,
  approvalsStillPending,
  openApproval,
} from '../../worker/features/approvals/index.ts'
import { drainFirst, drainSoon } from '../../worker/features/audit/index.ts'
import type { ConnectorEvent, GatewayApproval } from '../../worker/features/connectors/link/events/contract.ts'
import { usageTold } from '../../worker/features/cost/index.ts'
import { cronTold } from '../../worker/features/cron/index.ts'
import { gatewayGrantsListed } from '../../worker/features/grants/index.ts'
import { extendOrders, stopBroken } from '../../worker/features/kill-switch/index.ts'
import { maskingRulesOf } from '../../worker/features/masking/index.ts'
import { checkSoon } from '../../worker/features/snapshots/index.ts'
import type { OrganizationContext } from '../../worker/platform/context.ts'
import { auditLog } from '../audit-log/stub.ts'
import type { QueuedCommand } from './rpc.ts'
import type { OpenRuns } from './runs.ts'
import { type Known, toAudit, toldAs } from './to-audit.ts'

/** Nothing follows from these, and nearly all events are such: waiting for nothing a hundred times in a frame takes its time. */
const onlyTold: ReadonlySet<ConnectorEvent['type']> = new Set(['tool.started', 'tool.ended', 'model.called'])

type ApprovalOf = Known['approvals'] extends ReadonlyMap<string, infer A> ? A : never

/** Takes in what a connector reports. One for each session; `agentIds` is a cache that eviction empties. */
export class Intake {
  private readonly connectorId: string
  private readonly actor: Known['actor']
  private readonly runs: OpenRuns
  private readonly keep: (command: QueuedCommand) => Promise<void>
  private agentIds: Map<string, string> | null = null

  /** `keep` makes a command durable and sends it. */
  constructor(connectorId: string, runs: OpenRuns, keep: (command: QueuedCommand) => Promise<void>) {
    this.connectorId = connectorId
    this.actor = { kind: 'connector', id: connectorId }
    this.runs = runs
    this.keep = keep
  }

  /**
   * When it resolves, every event is in the audit sequence and in the projections, and may be acknowledged. It can be
   * called again with the same events at any point: first what the entries refer to (agents, approvals), then the
   * sequence, then what follows from the entries; each of these steps leaves alone what is already so. A crash between
   * them leads to a resend, since nothing was acknowledged.
   */
  async receive(ctx: OrganizationContext, events: ConnectorEvent[]): Promise<void> {
    const { known, commands } = await this.prepare(ctx, events)
    const rules = await maskingRulesOf(ctx, ctx.organizationId)
    await auditLog(ctx.env, ctx.organizationId).append(events.map((event) => toAudit(event, known, rules)))
    // Committed: the events are in the sequence. What rules and grants answered to them is told behind them and goes out.
    if (commands.length > 0) await drainFirst(ctx, ctx.organizationId)
    // The requests waited in the outbox as well, for whoever decides sooner than this: the sequence knows them by their keys.
    else if (events.some(({ type }) => type === 'approval.requested')) await drainSoon(ctx, ctx.organizationId)
    for (const command of commands) await this.keep(command)
    for (const event of events) if (!onlyTold.has(event.type)) await this.follow(ctx, event, known)
    const counts = this.runs.follow(events).flatMap(({ agent, openRuns, at }) => {
      const agentId = known.agentIds.get(agent)
      return agentId === undefined ? [] : [{ agentId, openRuns, lastActiveAt: at }]
    })
    await trackRuns(ctx, counts)
    await usageTold(ctx, this.connectorId, known.agentIds, this.runs.usageIn(events))
  }

  private async prepare(
    ctx: OrganizationContext,
    events: ConnectorEvent[],
  ): Promise<{ known: Known; commands: QueuedCommand[] }> {
    const resolved = events.flatMap((event) => (event.type === 'approval.resolved' ? [event.payload.externalId] : []))
    const approvals = new Map(
      resolved.length > 0 ? await approvalsByExternalId(ctx, this.connectorId, resolved) : undefined,
    )
    const commands: QueuedCommand[] = []
    let agentIds = await this.idsOf(ctx, events)
    const open = async (request: GatewayApproval, telling: ConnectorEvent) => {
      const agentId = request.agent === null ? null : (agentIds.get(request.agent) ?? null)
      const costEstimate = request.agent === null ? null : this.runs.costEstimate(request.agent)
      const requested = (approval: ApprovalOf) =>
        toldAs(telling, {
          actor: this.actor,
          agentIds,
          approvals: new Map([[request.externalId, approval]]),
        })
      const how =
        telling.type === 'approval.requested'
          ? { foundByReconciliation: false, costEstimate, requested }
          : { foundByReconciliation: true, costEstimate }
      const { command, ...opened } = await openApproval(ctx, this.connectorId, agentId, request, how)
      approvals.set(request.externalId, opened)
      if (command) commands.push(command)
    }
    for (const event of events) {
      if (event.type === 'gateway.roster') {
        const roster = await applyRoster(ctx, this.connectorId, event.payload.agents)
        agentIds = this.agentIds = new Map([...agentIds, ...roster])
      } else if (event.type === 'approval.requested') await open(event.payload, event)
      else if (event.type === 'approval.pending')
        for (const request of event.payload.approvals) await open(request, event)
    }
    return { known: { actor: this.actor, agentIds, approvals }, commands }
  }

  private async follow(ctx: OrganizationContext, event: ConnectorEvent, known: Known): Promise<void> {
    if (event.type === 'approval.resolved') {
      await approvalResolved(ctx, this.connectorId, event.payload, Date.parse(event.at))
    } else if (event.type === 'approval.pending') {
      const still = new Set(event.payload.approvals.map((request) => request.externalId))
      await approvalsStillPending(ctx, this.connectorId, still, Date.parse(event.at))
    } else if (event.type === 'gateway.config-changed' || event.type === 'gateway.roster') {
      await checkSoon(ctx, this.connectorId)
      if (event.type === 'gateway.roster') await extendOrders(ctx)
    } else if (event.type === 'kill.broken') {
      await stopBroken(ctx, this.connectorId, event.payload, Date.parse(event.at))
    } else if (event.type === 'gateway.grants') {
      const { grants } = event.payload
      await gatewayGrantsListed(ctx, this.connectorId, known.agentIds, grants, Date.parse(event.at))
    } else await cronTold(ctx, this.connectorId, known.agentIds, event)
  }

  /** Our ids of the gateway's agents, read anew only when an event names one that the cache does not know. */
  private async idsOf(ctx: OrganizationContext, events: ConnectorEvent[]): Promise<Map<string, string>> {
    const cached = this.agentIds
    const unknown = (event: ConnectorEvent) =>
      'agent' in event.payload && event.payload.agent !== null && !cached?.has(event.payload.agent)
    if (!cached || events.some(unknown)) this.agentIds = await agentIdsOf(ctx, this.connectorId)
    return this.agentIds ?? new Map()
  }
}
