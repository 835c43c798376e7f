import type { Asked } from '../../../../durable-objects/connector-session/rpc.ts'
import { connectorSession } from '../../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { iso } from '../../../platform/time.ts'
import {
  type AnswerTo,
  GatewayAnswer,
  type GatewayQuestion,
  type QuestionName,
} from '../../connectors/link/questions/contract.ts'
import type { DescribedAgent } from '../store.ts'
import { type AwayCause, awayCauses, type Freshness, keptQuestions, ofGateway } from './contract.ts'
import { factOf, factOfGateway, keepFact } from './facts.ts'
import { notLive } from './freshness.ts'

type Question<Q extends QuestionName> = Extract<GatewayQuestion, { question: Q }>
export interface Answered<Q extends QuestionName> {
  answer: AnswerTo<Q>
  freshness: Freshness
}

/**
 * Asks an agent's gateway, and falls back to what it said last when it is away; the answer says which of both it is, and
 * how old. Throws `unavailable` when it is away and never said anything, or when `liveOnly`; `not_found`, `invalid` and
 * `too_large` in the gateway's words. `isKept: false` leaves alone what is kept for when it is away.
 */
export const askGateway = async <Q extends QuestionName>(
  ctx: OrganizationContext,
  agent: DescribedAgent,
  question: Question<Q>,
  { liveOnly = false, isKept = true }: { liveOnly?: boolean; isKept?: boolean } = {},
): Promise<Answered<Q>> => {
  const part = partOf(question)
  const asked = await askNow(ctx, agent, question)
  if ('because' in asked) {
    const known = liveOnly ? undefined : await lastKnown(ctx, agent, part, question.question)
    if (!known) throw liveOnly ? notNow(asked.because) : away(asked.because)
    return { answer: known.answer, freshness: notLive(ctx, 'last_known', known.at, asked.because) }
  }
  if (!asked.ok) throw refusalOf(asked)
  const { answer } = asked
  if (!isAnswerTo(answer, question.question))
    throw new AppError('unavailable', 'The connector answered another question.')
  const now = ctx.now().getTime()
  if (isKept && keptQuestions.some((kept) => kept === question.question)) await keepFact(ctx, agent, part, answer, now)
  return { answer, freshness: { source: 'live', at: iso(now), ageMs: 0, because: null } }
}

const causeOfState = { created: 'never_connected', offline: 'connector_offline', paused: 'connector_paused' } as const
const causeOfFailure: Partial<Record<Extract<Asked, { ok: false }>['failure'], AwayCause>> = {
  away: 'connector_offline',
  no_answer: 'no_answer',
  busy: 'busy',
  gateway_unreachable: 'gateway_away',
  expired: 'no_answer',
}

const askNow = async (
  ctx: OrganizationContext,
  { connectorId, connectorState }: DescribedAgent,
  question: GatewayQuestion,
): Promise<Asked | { because: AwayCause }> => {
  if (connectorState !== 'online') return { because: causeOfState[connectorState ?? 'offline'] }
  const asked = await connectorSession(ctx.env, connectorId).ask(question)
  const because = asked.ok ? undefined : causeOfFailure[asked.failure]
  return because ? { because } : asked
}

const lastKnown = async <Q extends QuestionName>(
  ctx: OrganizationContext,
  agent: DescribedAgent,
  part: string,
  question: Q,
) => {
  const isOfGateway = ofGateway.some((each) => each === question)
  const fact = await (isOfGateway ? factOfGateway(ctx, agent.connectorId, part) : factOf(ctx, agent.id, part))
  // As an earlier version kept it, it may not fit any more; then nothing is known.
  const parsed = GatewayAnswer.safeParse(fact?.value)
  if (!fact || !parsed.success || !isAnswerTo(parsed.data, question)) return undefined
  return { answer: parsed.data, at: fact.at }
}

export const isAnswerTo = <Q extends QuestionName>(answer: GatewayAnswer, question: Q): answer is AnswerTo<Q> =>
  answer.question === question

const partOf = (question: GatewayQuestion): string =>
  question.question === 'files.get' ? `files.get:${question.name}` : question.question

const notNow = (because: AwayCause) =>
  new AppError('unavailable', 'The gateway is away; this needs it as it is now.', {
    context: { because },
  })

const away = (because: AwayCause) =>
  new AppError(
    'unavailable',
    'The gateway is away. It has not been asked this before, and nothing that answers it is kept here.',
    { context: { because } },
  )

/** Why the gateway could not be asked, where that is why this was thrown. */
export const awayCauseOf = (error: unknown): AwayCause | undefined =>
  error instanceof AppError && error.code === 'unavailable'
    ? awayCauses.find((cause) => cause === error.facts.context?.because)
    : undefined

const refusalOf = ({ failure, detail }: Extract<Asked, { ok: false }>): AppError => {
  if (failure === 'not_found' || failure === 'invalid' || failure === 'too_large') return new AppError(failure, detail)
  return new AppError('unavailable', detail, { context: { because: failure } })
}
