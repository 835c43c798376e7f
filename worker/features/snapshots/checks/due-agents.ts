import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { getAgent } from '../../agents/index.ts'
import { agentCheckedStatement, dueAgentChecks, forgetAgentCheckStatement } from '../store.ts'
import { lookAtSurroundings } from '../taking/surroundings.ts'

const everyMs = 6 * 3_600_000

/**
 * Looks at the files and the dependencies of every agent that is due: after its gateway's configuration was looked at,
 * and each six hours. One whose gateway is away is due again when that tells its agents. Cut off anywhere, what was not
 * done is still due.
 */
export const checkDueAgents = async (ctx: RequestContext, atOnce = 10): Promise<void> => {
  const due = await dueAgentChecks(ctx, ctx.now().getTime(), atOnce)
  await Promise.all(
    due.map(async ({ agentId, organizationId, dueAt, isActive }) => {
      if (isActive === 0) return forgetAgentCheckStatement(ctx, agentId)
      const system = actingFor(ctx, organizationId, { kind: 'system', id: 'snapshots' })
      try {
        await lookAtSurroundings(system, await getAgent(system, agentId))
      } catch (error) {
        if (!(error instanceof AppError)) logFault('snapshots.agent-check-failed', error, { agentId })
      }
      return agentCheckedStatement(ctx, agentId, dueAt, ctx.now().getTime() + everyMs)
    }),
  )
}
