import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { awayCauseOf, getAgent } from '../../agents/index.ts'
import { lookAtMemory } from '../../memory/index.ts'
import { lookAtSurroundings } from '../taking/surroundings.ts'
import { agentCheckedStatement, dueAgentChecks, forgetAgentCheckStatement } from './store.ts'

const everyMs = 6 * 3_600_000
/** A connector takes a limited number of questions at once; who found it busy asks again before long. */
const againMs = 15 * 60_000
const together = 4

/**
 * Looks at the files, the dependencies and the memory of every agent that is due: after its gateway's configuration was looked at,
 * and each six hours. One whose gateway is away is due again when that tells its agents. Cut off anywhere, what was not
 * done is still due.
 */
export const checkDueAgents = async (ctx: RequestContext, atOnce = 12): Promise<void> => {
  const due = await dueAgentChecks(ctx, ctx.now().getTime(), atOnce)
  for (let from = 0; from < due.length; from += together)
    await Promise.all(due.slice(from, from + together).map((each) => checkAgent(ctx, each)))
}

type Due = Awaited<ReturnType<typeof dueAgentChecks>>[number]

const checkAgent = async (ctx: RequestContext, { agentId, organizationId, dueAt, isActive }: Due): Promise<void> => {
  if (isActive === 0) {
    await forgetAgentCheckStatement(ctx, agentId)
    return
  }
  const system = actingFor(ctx, organizationId, { kind: 'system', id: 'snapshots' })
  let nextMs = everyMs
  try {
    const agent = await getAgent(system, agentId)
    await lookAtSurroundings(system, agent)
    await lookAtMemory(system, agent)
  } catch (error) {
    const away = awayCauseOf(error)
    if (away === 'busy' || away === 'no_answer') nextMs = againMs
    if (!(error instanceof AppError)) logFault('snapshots.agent-check-failed', error, { agentId })
  }
  await agentCheckedStatement(ctx, agentId, dueAt, ctx.now().getTime() + nextMs)
}
