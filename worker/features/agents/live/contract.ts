import { z } from 'zod'
import { PageQuery, Timestamp } from '../../../platform/contract.ts'
import type { QuestionName } from '../../connectors/link/questions/contract.ts'

/** Why an answer does not come from the gateway right now. */
export const awayCauses = [
  'never_connected',
  'connector_offline',
  'connector_paused',
  'gateway_away',
  'no_answer',
  'busy',
] as const
export type AwayCause = (typeof awayCauses)[number]

/**
 * live: the gateway said so just now. The others are for when it is away. last_known: it said so at `at`, when somebody
 * asked. snapshot: so the newest version has it, which was seen at `at`; what a version does not keep is empty or null.
 * recorded: put together from what the gateway told by itself up to `at`, such as its jobs and runs.
 */
export const Freshness = z.object({
  source: z.enum(['live', 'last_known', 'snapshot', 'recorded']),
  at: Timestamp,
  ageMs: z.number().int().nonnegative(),
  /** Null while it is live. */
  because: z.enum(awayCauses).nullable(),
})
export type Freshness = z.infer<typeof Freshness>

/** The questions whose newest answer is kept for when the gateway is away. */
export const keptQuestions = [
  'config',
  'tools.catalog',
  'skills',
  'channels',
  'files.list',
  'files.get',
  'sessions',
  'models',
  'models.auth',
  'cron.list',
  'memory.status',
  'memory.files',
] as const satisfies readonly QuestionName[]

/** Of these the answer is the same for all agents of a gateway, so what it said for one of them is known of each. */
export const ofGateway = ['config', 'channels'] as const satisfies readonly QuestionName[]

export const ListAgentSessions = PageQuery.pick({ limit: true })
export const ListCronRuns = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  offset: z.coerce.number().int().nonnegative().max(1_000_000).default(0),
})
export const ToolsOf = z.strictObject({ sessionKey: z.string().min(1).max(300).optional() })
export const LookUpSchema = z.strictObject({
  path: z
    .string()
    .max(300)
    .regex(/^[A-Za-z0-9_./[\]*-]+$/),
})
