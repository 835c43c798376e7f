import type { OrganizationContext } from '../../../platform/context.ts'
import type { GatewayQuestion, QuestionName } from '../../connectors/link/questions/contract.ts'
import { getAgent } from '../store.ts'
import { askGateway } from './ask.ts'

/** Asks one thing about one agent; `agent` of the question is how the gateway calls it. */
export const readOfAgent = async <Q extends QuestionName>(
  ctx: OrganizationContext,
  id: string,
  questionOf: (agent: string) => Extract<GatewayQuestion, { question: Q }>,
) => {
  const agent = await getAgent(ctx, id)
  const { answer, freshness } = await askGateway(ctx, agent, questionOf(agent.externalId))
  const said = { ...answer, freshness }
  // Which question it answers is between the connector and us; the caller knows what it asked.
  Reflect.deleteProperty(said, 'question')
  return said
}
