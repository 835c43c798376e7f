import { connectorSession } from '../../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { commitAll, type Statement } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { GatewayChange } from '../../connectors/link/changes/contract.ts'
import type { ConfigIssue } from '../../connectors/link/questions/contract.ts'
import type { ChangeRow } from '../schema.ts'
import type { DescribedAgent } from '../store.ts'
import type { AgentChange } from './contract.ts'
import { getChange, insertChangeStatement } from './store.ts'
import { viewChange } from './view.ts'

/** A person waits and looks: what is not taken by then would surprise. */
const goodForMs = 120_000
const waitMs = 25_000

export interface Order {
  kind: ChangeRow['kind']
  change: GatewayChange
  touches: string[]
  /** SHA-256 of what the change is made to, where it is known. */
  before?: string | null
  reason?: string | null
  restore?: string | null
  /** What is written together with the order, for the change of this id. */
  with?: (changeId: string) => Statement[]
}

/** The agent that a change is of; one that is about to be made has only a place. */
type Place = Pick<
  DescribedAgent,
  'id' | 'connectorId' | 'state' | 'connectorState' | 'connectorGroups' | 'gatewayConnected'
>

/** Throws when the gateway could not be told now; `agent` is as it was just read. */
export const refuseUnmanageable = (agent: Place): void => {
  if (agent.state === 'removed') throw new AppError('conflict', 'The gateway has removed this agent.')
  if (agent.connectorState !== 'online' || !agent.gatewayConnected)
    throw new AppError('unavailable', 'The gateway is away; a change needs it, because it is made to what is there.', {
      context: { because: agent.connectorState === 'online' ? 'gateway_away' : 'connector_offline' },
    })
  if (!agent.connectorGroups?.includes('manage'))
    throw new AppError('conflict', 'Its connector does not accept changes: start it with the group manage.', {
      context: { because: 'read_only' },
    })
}

/**
 * Orders a change and waits a while for what becomes of it. The commit of its row is the point from which it is ordered;
 * a crash behind it leaves a change that lapses. `ordered` in the answer: nobody knows yet.
 */
export const orderChange = async (
  ctx: OrganizationContext,
  agent: Place,
  order: Order,
): Promise<{ change: AgentChange; issues: ConfigIssue[] }> => {
  refuseUnmanageable(agent)
  const { kind, touches } = order
  const id = ctx.newId('cmd')
  const now = ctx.now().getTime()
  const deadline = now + goodForMs
  await commitAll(ctx.db, [
    insertChangeStatement(ctx, {
      id,
      organizationId: ctx.organizationId,
      agentId: agent.id,
      connectorId: agent.connectorId,
      kind,
      state: 'ordered',
      touches,
      before: order.before ?? null,
      reason: order.reason ?? null,
      restore: order.restore ?? null,
      orderedById: ctx.actor.id,
      orderedByName: ctx.actorName,
      orderedAt: now,
      deadline,
    }),
    auditStatement(
      ctx,
      'agent.change-ordered',
      { changeId: id, kind, touches },
      { target: agent.id, agentId: agent.id, connectorId: agent.connectorId, risk: 'medium' },
    ),
    ...(order.with?.(id) ?? []),
  ])
  let issues: ConfigIssue[] = []
  try {
    const command = {
      id,
      command: 'gateway.change',
      params: order.change,
      deadline: new Date(deadline).toISOString(),
    } as const
    const result = await connectorSession(ctx.env, agent.connectorId).carryOut(command, waitMs)
    if (result?.ok === false) issues = result.issues ?? []
  } catch (error) {
    logFault('agent.change-not-handed-over', error, { changeId: id })
  }
  await drainSoon(ctx, ctx.organizationId)
  return { change: viewChange(await getChange(ctx, agent.id, id)), issues }
}

/** Throws what a failed change means to its caller; one that is confirmed or still under way is answered. */
export const settled = (
  { change, issues }: { change: AgentChange; issues: ConfigIssue[] },
  below = '',
): AgentChange => {
  if (change.state !== 'failed') return change
  const detail = change.detail ?? 'The gateway did not take the change.'
  const context = { changeId: change.id, because: change.failure }
  if (change.failure === 'unsupported')
    throw new AppError('conflict', 'The connector is too old to know this change: update it, then try again.', {
      context,
    })
  if (change.failure === 'stale') throw new AppError('stale', detail, { context })
  if (change.failure === 'not_found') throw new AppError('not_found', detail, { context })
  if (change.failure === 'too_large') throw new AppError('too_large', detail, { context })
  if (change.failure === 'invalid')
    throw new AppError('invalid', detail, {
      context,
      errors: issues.map(({ path, message }) => ({
        path: path.startsWith(below) ? path.slice(below.length) : path,
        message,
      })),
    })
  throw new AppError('conflict', detail, { context })
}
