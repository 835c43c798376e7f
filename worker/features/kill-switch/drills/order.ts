import { connectorSession } from '../../../../durable-objects/connector-session/stub.ts'
import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { CommandResult } from '../../connectors/link/commands/contract.ts'
import type { DrillReport } from '../../connectors/link/stops/contract.ts'
import type { KillDrill } from '../contract.ts'
import { reachOf, whereabouts } from '../rules.ts'
import { connectorRows } from '../scope/store.ts'
import { viewDrill } from './list.ts'
import { endDrillStatement, findDrill, getDrill, insertDrillStatement, overdueDrills } from './store.ts'

const goodForMs = 300_000
const graceMs = 60_000
const atOnce = 200

/**
 * Has a connector stop an agent of its own making, prove it, and take it back. Throws `unavailable` when the gateway is
 * away, with what would help: a drill that waits would measure the waiting.
 */
export const orderDrill = async (
  ctx: OrganizationContext,
  { connectorId, mayRewrite }: { connectorId: string; mayRewrite: boolean },
): Promise<KillDrill> => {
  const [connector] = await connectorRows(ctx, connectorId)
  if (!connector) throw notFound('Connector')
  const { reach, remedy } = whereabouts(reachOf(connector))
  if (reach === 'no_group')
    throw new AppError('conflict', remedy ?? 'Not allowed there.', { context: { because: reach } })
  if (reach !== 'online')
    throw new AppError('unavailable', 'A drill needs the gateway to be there.', { context: { because: reach } })
  const id = ctx.newId('drl')
  const now = ctx.now().getTime()
  const deadline = now + goodForMs
  await ctx.db.batch([
    insertDrillStatement(ctx, {
      id,
      organizationId: ctx.organizationId,
      connectorId,
      state: 'ordered',
      orderedById: ctx.actor.id,
      orderedByName: ctx.actorName,
      orderedAt: now,
      deadline,
    }),
    auditStatement(ctx, 'kill.drill-ordered', { drillId: id }, { target: id, connectorId, risk: 'medium' }),
  ])
  try {
    await connectorSession(ctx.env, connectorId).enqueue({
      id,
      command: 'stops.drill',
      params: { drillId: id, mayRewrite },
      deadline: new Date(deadline).toISOString(),
    })
  } catch (error) {
    logFault('kill.drill-not-handed-over', error, { drillId: id })
  }
  await drainSoon(ctx, ctx.organizationId)
  return viewDrill(await getDrill(ctx, id))
}

type Answer =
  | { ok: true; drill?: DrillReport | undefined }
  | (Pick<Extract<CommandResult, { ok: false }>, 'ok' | 'failure'> & { detail?: string })

/** The connector said how the drill went, or nobody did in time. Said twice it ends once. */
export const drillAnswered = async (ctx: OrganizationContext, id: string, answer: Answer): Promise<void> => {
  const now = ctx.now().getTime()
  const report = answer.ok ? (answer.drill ?? null) : null
  const state = report?.outcome ?? (!answer.ok && answer.failure === 'expired' ? 'lapsed' : 'failed')
  const detail = report?.detail ?? (answer.ok ? 'The connector told nothing of it.' : (answer.detail ?? answer.failure))
  const drill = await findDrill(ctx, id)
  if (!drill) return
  const { connectorId } = drill
  await ctx.db.batch([
    endDrillStatement(ctx, id, { state, endedAt: now, report: report && JSON.stringify(report), detail }),
    auditStatement(
      ctx,
      'kill.drilled',
      {
        drillId: id,
        outcome: state,
        detail,
        confirmedMs: report?.confirmedMs ?? null,
        recoveredMs: report?.recoveredMs ?? null,
      },
      { target: id, connectorId, risk: state === 'passed' ? 'low' : 'high' },
    ),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

/** Cron: drills that no session holds any more. */
export const lapseDrills = async (ctx: RequestContext): Promise<void> => {
  for (const { id, organizationId } of await overdueDrills(ctx, ctx.now().getTime() - graceMs, atOnce)) {
    const system = actingFor(ctx, organizationId, { kind: 'system', id: 'kill-switch' })
    await drillAnswered(system, id, { ok: false, failure: 'expired', detail: 'Nobody answered in time.' })
  }
}
