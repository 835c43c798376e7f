import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import type { GatewayQuestion } from '../connectors/link/questions/contract.ts'
import { gatewayConfig } from './config/get.ts'
import type { AgentSync } from './contract.ts'
import { askGateway } from './live/ask.ts'
import { getAgent } from './store.ts'

/**
 * Asks the gateway everything about an agent anew, so that what is known last is of now, and lets the connector list its
 * agents again. A part that fails does not hold back the others. Throws `unavailable` when the connector is away.
 */
export const syncAgent = async (ctx: OrganizationContext, id: string): Promise<AgentSync> => {
  const agent = await getAgent(ctx, id)
  const sent = agent.connectorState === 'online' && (await connectorSession(ctx.env, agent.connectorId).sync())
  if (!sent) throw new AppError('unavailable', 'The connector is not online.')
  const questions = questionsAbout(agent.externalId)
  const parts = await Promise.all([
    told('config', gatewayConfig(ctx, agent, { liveOnly: true })),
    ...questions.map((question) => told(question.question, askGateway(ctx, agent, question, { liveOnly: true }))),
  ])
  return { ranAt: ctx.now().toISOString(), parts }
}

const questionsAbout = (agent: string): GatewayQuestion[] => [
  { question: 'tools.catalog', agent },
  { question: 'skills', agent },
  { question: 'channels' },
  { question: 'files.list', agent },
  { question: 'sessions', agent, limit: 50 },
  { question: 'models', agent },
  { question: 'models.auth', agent },
  { question: 'cron.list', agent },
  { question: 'memory.status', agent },
  { question: 'memory.files', agent },
]

const told = async (part: string, asking: Promise<unknown>): Promise<AgentSync['parts'][number]> => {
  try {
    await asking
    return { part, ok: true, detail: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { part, ok: false, detail: error.message }
  }
}
