import type { OrganizationContext } from '../../../../platform/context.ts'
import type { GatewayAnswer, GatewayQuestion } from '../../../connectors/link/questions/contract.ts'
import { jobsKnown, runsKnown } from '../../../cron/index.ts'
import type { DescribedAgent } from '../../store.ts'
import type { Freshness } from '../contract.ts'
import { keptChannels } from './channels.ts'
import { keptModels, keptSkills } from './dependencies.ts'
import { keptFile, keptFiles } from './files.ts'
import { recordedSessions } from './sessions.ts'
import { keptTools } from './tools.ts'

/** What is known here though nobody asked the gateway for it, and of when it is. */
export interface Kept {
  answer: GatewayAnswer
  at: number
  source: Extract<Freshness['source'], 'snapshot' | 'recorded'>
}

/**
 * The answer to a question as far as the newest versions, and what the gateway told by itself, hold it; null where they
 * hold nothing. How the providers of models are signed in to, whether the memory can be searched and what one
 * conversation is offered are never kept: only the gateway knows those.
 */
export const keptAnswer = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  question: GatewayQuestion,
): Promise<Kept | null> => {
  switch (question.question) {
    case 'tools.catalog':
      return keptTools(ctx, agent)
    case 'skills':
      return keptSkills(ctx, agent.id)
    case 'models':
      return keptModels(ctx, agent.id)
    case 'channels':
      return keptChannels(ctx, agent.connectorId)
    case 'files.list':
      return keptFiles(ctx, agent.id)
    case 'files.get':
      return keptFile(ctx, agent.id, question.name)
    case 'sessions':
      return recordedSessions(ctx, agent.id, question.limit)
    case 'cron.list':
      return told('cron.list', await jobsKnown(ctx, agent))
    case 'cron.runs':
      return told('cron.runs', await runsKnown(ctx, agent.connectorId, question))
    default:
      return null
  }
}

const told = <Q extends 'cron.list' | 'cron.runs', T extends { at: number }>(question: Q, known: T | null) => {
  if (!known) return null
  const { at, ...answer } = known
  return { answer: { question, ...answer }, at, source: 'recorded' as const }
}
