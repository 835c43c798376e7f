import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { gatewayConfig, getAgent } from '../../agents/index.ts'
import { configurationSeen } from '../taking/index.ts'
import { activeAgentsOf, checkAgentsSoonStatement, checkedStatement, dueChecks } from './store.ts'

/** Without any event a gateway is looked at this often: a file may be edited while nobody listens. */
const everyMs = 6 * 3_600_000

/**
 * Reads the configuration of every gateway that is due and makes versions of what differs. A gateway that is away is
 * looked at when it tells its agents again. Cut off anywhere, what was not done is still due.
 */
export const checkDueConfigurations = async (ctx: RequestContext, atOnce = 20): Promise<void> => {
  const due = await dueChecks(ctx, ctx.now().getTime(), atOnce)
  await Promise.all(
    due.map(async ({ connectorId, organizationId, dueAt }) => {
      try {
        await checkConnector(ctx, organizationId, connectorId)
      } catch (error) {
        if (!(error instanceof AppError)) logFault('snapshots.check-failed', error, { connectorId })
      }
      await checkedStatement(ctx, connectorId, dueAt, ctx.now().getTime() + everyMs)
    }),
  )
}

const checkConnector = async (ctx: RequestContext, organizationId: string, connectorId: string): Promise<void> => {
  const system = actingFor(ctx, organizationId, { kind: 'system', id: 'snapshots' })
  const agents = await activeAgentsOf(system, connectorId)
  const [first] = agents
  if (!first) return
  const { config, freshness } = await gatewayConfig(system, await getAgent(system, first.id), { liveOnly: true })
  await configurationSeen(system, agents, config, Date.parse(freshness.at))
  await checkAgentsSoonStatement(system, connectorId, ctx.now().getTime())
}
