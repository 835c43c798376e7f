import { z } from 'zod'
import { Id, PageQuery, Timestamp } from '../../../platform/contract.ts'

/** What can be changed at a gateway. disable and enable are patches of the configuration with a meaning of ours. */
export const changeKinds = [
  'config',
  'file',
  'disable',
  'enable',
  'cron_add',
  'cron_update',
  'cron_remove',
  'cron_run',
  'create',
  'delete',
  'memory_put',
  'memory_delete',
  'bindings',
] as const
/**
 * ordered: on its way. confirmed: done, and found so when it was read back. failed: not done, with the reason. lapsed:
 * nobody answered in time, so it may have been done; a look at the gateway tells.
 */
export const changeStates = ['ordered', 'confirmed', 'failed', 'lapsed'] as const

export const AgentChange = z.object({
  id: Id('cmd'),
  agentId: Id('agt'),
  kind: z.enum(changeKinds),
  state: z.enum(changeStates),
  /** Paths of the agent's entry, the name of a file, the id of a job, or the gateway's id of an agent that is made. */
  touches: z.array(z.string()),
  /** SHA-256 of the entry's canonical JSON or of the file, before and after; null where there is none. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** The gateway's name of the new state, such as the base hash of the next change. */
  reference: z.string().nullable(),
  jobId: z.string().nullable(),
  failure: z.string().nullable(),
  detail: z.string().nullable(),
  orderedBy: z.object({ id: z.string(), name: z.string() }),
  orderedAt: Timestamp,
  /** After this moment the connector does not act on it any more. */
  deadline: Timestamp,
  endedAt: Timestamp.nullable(),
})
export type AgentChange = z.infer<typeof AgentChange>

export const ListChanges = PageQuery
