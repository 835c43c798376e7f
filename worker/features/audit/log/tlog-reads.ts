import type { z } from 'zod'
import type { AuditLogRpc } from '../../../../durable-objects/audit-log/rpc.ts'
import { parseTilePath } from '../../../../tlog/tiles.ts'
import { notFound } from '../../../platform/errors.ts'
import type { CheckpointQuery } from './contract.ts'

/** What C2SP tlog-tiles has read of a log, by its members and at its public address alike. */
type Log = Pick<AuditLogRpc, 'checkpoint' | 'witnessedCheckpoint' | 'state' | 'tile'>

/**
 * The newest signed note with the cosignatures it has; the first one asked for makes the log's key. `witnessed`: the newest
 * that the quorum of witnesses has cosigned; throws `not_found` when there is none.
 */
export const readCheckpoint = async (log: Log, { witnessed }: z.infer<typeof CheckpointQuery>): Promise<string> => {
  if (!witnessed) return log.checkpoint()
  const note = await log.witnessedCheckpoint()
  if (note === null) throw notFound('Witnessed checkpoint')
  return note
}

/** The keys that sign, one on each line; the newest first. */
export const readVerifierKeys = async (log: Log): Promise<string> => {
  await log.checkpoint()
  const { keys } = await log.state()
  return keys.map(({ vkey }) => `${vkey}\n`).join('')
}

/** Throws `not_found` for a path that is none, and for tiles outside of the newest checkpoint's tree. */
export const readTile = async (log: Log, path: string): Promise<Uint8Array> => {
  const wanted = parseTilePath(path)
  const tile = wanted && (await log.tile(wanted.level, wanted.n, wanted.width))
  if (!tile) throw notFound('Tile')
  return tile
}

/** Leaves are text and shrink to a fifth; hashes do not shrink. */
export const isBundle = (path: string): boolean => path.startsWith('tile/entries/')
