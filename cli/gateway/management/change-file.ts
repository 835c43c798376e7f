import { createHash } from 'node:crypto'
import type { ChangeDone, GatewayChange } from '../../../worker/features/connectors/link/changes/contract.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import { FileAnswer, type FileRow, rawFile } from './files.ts'
import { Stale } from './refused.ts'

type Put = Extract<GatewayChange, { change: 'file.put' }>

/**
 * Replaces a file and reads it back. The gateway compares the hash of what was there; it has no word for "not there yet",
 * so a new file is looked for right before it is made. A file that has this content already is done.
 */
export async function putFile(
  session: GatewaySession,
  { agent, name, content, expectedHash }: Put,
): Promise<ChangeDone> {
  const wanted = createHash('sha256').update(content).digest('hex')
  const before = hashOf(await rawFile(session, agent, name))
  const done = { before, after: wanted, reference: wanted, jobId: null }
  if (before === wanted) return { ...done, wasAlready: true }
  if (before !== expectedHash) throw new Stale(`${name} was changed since it was read.`)
  const params = { agentId: agent, name, content, ...(expectedHash ? { expectedHash } : {}) }
  try {
    await session.call('agents.files.set', params, FileAnswer, 60_000)
  } catch (error) {
    if (!(error instanceof GatewayRequestFailed && error.reason === 'agent_file_conflict')) throw error
  }
  if (hashOf(await rawFile(session, agent, name)) !== wanted) throw new Stale(`${name} was changed by somebody else.`)
  return { ...done, wasAlready: false }
}

const hashOf = ({ missing, hash }: FileRow): string | null => (missing ? null : (hash ?? null))
