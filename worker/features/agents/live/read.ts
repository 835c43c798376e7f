import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import type { GatewayQuestion, QuestionName } from '../../connectors/link/questions/contract.ts'
import { type DescribedAgent, getAgent } from '../store.ts'
import { type Answered, askGateway, awayCauseOf, isAnswerTo } from './ask.ts'
import type { AwayCause } from './contract.ts'
import { notLive } from './freshness.ts'
import { keptAnswer } from './kept/kept.ts'

type Question<Q extends QuestionName> = Extract<GatewayQuestion, { question: Q }>

/**
 * Asks one thing about one agent; `agent` of the question is how the gateway calls it. While the gateway is away the
 * newest of what it said last and of what is kept here without anybody asking is the answer. Throws as `askGateway` does,
 * where nothing is kept either.
 */
export const readOfAgent = async <Q extends QuestionName>(
  ctx: OrganizationContext,
  id: string,
  questionOf: (agent: string) => Question<Q>,
) => {
  const agent = await getAgent(ctx, id)
  const { answer, freshness } = await toldOrKept(ctx, agent, questionOf(agent.externalId))
  const said = { ...answer, freshness }
  // Which question it answers is between the connector and us; the caller knows what it asked.
  Reflect.deleteProperty(said, 'question')
  return said
}

const toldOrKept = async <Q extends QuestionName>(
  ctx: OrganizationContext,
  agent: DescribedAgent,
  question: Question<Q>,
): Promise<Answered<Q>> => {
  const told = await toldOrAway(ctx, agent, question)
  const because = told instanceof AppError ? awayCauseOf(told) : told.freshness.because
  const kept = because ? await keptOf(ctx, agent, question, because) : null
  if (told instanceof AppError) {
    if (!kept) throw told
    return kept
  }
  return kept && kept.freshness.at > told.freshness.at ? kept : told
}

/** What was thrown, where the gateway is away and never said anything. */
const toldOrAway = async <Q extends QuestionName>(
  ctx: OrganizationContext,
  agent: DescribedAgent,
  question: Question<Q>,
): Promise<Answered<Q> | AppError> => {
  try {
    return await askGateway(ctx, agent, question)
  } catch (error) {
    if (error instanceof AppError && awayCauseOf(error)) return error
    throw error
  }
}

const keptOf = async <Q extends QuestionName>(
  ctx: OrganizationContext,
  agent: DescribedAgent,
  question: Question<Q>,
  because: AwayCause,
): Promise<Answered<Q> | null> => {
  const kept = await keptAnswer(ctx, agent, question)
  const name: Q = question.question
  if (!kept || !isAnswerTo(kept.answer, name)) return null
  return { answer: kept.answer, freshness: notLive(ctx, kept.source, kept.at, because) }
}
