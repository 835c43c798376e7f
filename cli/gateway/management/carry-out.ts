import type { ChangeDone, GatewayChange } from '../../../worker/features/connectors/link/changes/contract.ts'
import { sentinel } from '../../../worker/features/connectors/link/questions/contract.ts'
import type { GatewaySession } from '../session.ts'
import { putBindings } from './change-bindings.ts'
import { patchEntry } from './change-configuration.ts'
import { addJob, removeJob, runJob, updateJob } from './change-cron.ts'
import { putFile } from './change-file.ts'
import { createAgent, deleteAgent } from './change-roster.ts'
import { deleteMemory, putMemory } from './memory/change.ts'
import { Refused } from './refused.ts'
import type { RosterBook } from './roster-book.ts'
import type { RunBook } from './run-book.ts'

export type ChangeDeps = { known: readonly string[]; book: RunBook; made: RosterBook }

/**
 * Makes one of the changes of the closed list and reads back what came of it. The same command again, also after our own
 * crash, finds it done. Throws `Stale`, `NotThere`, `Managed`, `Refused`, `UnknownOutcome`, and what the session throws.
 */
export async function carryOut(
  session: GatewaySession,
  id: string,
  change: GatewayChange,
  { known, book, made }: ChangeDeps,
): Promise<ChangeDone> {
  // At the end of a chain of checks, this one stands where the writing is.
  if (JSON.stringify(change).includes(sentinel)) throw new Refused('A redacted value can not be written.')
  switch (change.change) {
    case 'config.patch':
      return patchEntry(session, change, known)
    case 'bindings.put':
      return putBindings(session, change, known)
    case 'file.put':
      return putFile(session, change)
    case 'agent.create':
      return createAgent(session, made, id, change, known)
    case 'agent.delete':
      return deleteAgent(session, change, known)
    case 'memory.put':
      return putMemory(session, change)
    case 'memory.delete':
      return deleteMemory(session, change)
    case 'cron.add':
      return addJob(session, id, change)
    case 'cron.update':
      return updateJob(session, change)
    case 'cron.remove':
      return removeJob(session, change)
    case 'cron.run':
      return runJob(session, book, id, change)
  }
}
