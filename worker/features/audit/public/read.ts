import type { z } from 'zod'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import { parseTilePath } from '../../../../tlog/tiles.ts'
import type { RequestContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { perAccount, perAddress, takeRate } from '../../rate-limits/index.ts'
import type { CheckpointQuery } from '../log/contract.ts'
import { organizationAt } from './store.ts'

/** Enough for a verifier who reads a log of a million events in a few minutes, with all its tiles. */
const hitsMax = 3_000
const tokenPattern = /^[\w-]{20,100}$/

/** The log behind a public address. Throws `not_found` for one that is closed or never was, and `rate_limited`. */
const publicLog = async (ctx: RequestContext, token: string) => {
  await takeRate(ctx, [perAddress(ctx, 'audit.public', hitsMax, 1)])
  const organizationId = tokenPattern.test(token) ? await organizationAt(ctx.db, token) : null
  if (organizationId === null) throw notFound('Log')
  await takeRate(ctx, [perAccount('audit.public', organizationId, 3 * hitsMax, 1)])
  return auditLog(ctx.env, organizationId)
}

/** The newest signed note; `witnessed`: the newest that the quorum of witnesses has cosigned, `not_found` without one. */
export const publicCheckpoint = async (
  ctx: RequestContext,
  token: string,
  { witnessed }: z.infer<typeof CheckpointQuery>,
): Promise<string> => {
  const log = await publicLog(ctx, token)
  if (!witnessed) return log.checkpoint()
  const note = await log.witnessedCheckpoint()
  if (note === null) throw notFound('Witnessed checkpoint')
  return note
}

/** The keys that sign, one on each line; the newest first. */
export const publicKeys = async (ctx: RequestContext, token: string): Promise<string> => {
  const log = await publicLog(ctx, token)
  await log.checkpoint()
  return (await log.state()).keys.map(({ vkey }) => `${vkey}\n`).join('')
}

/** By which its earlier keys vouch for the later ones: signed notes (tlog/succession.ts). */
export const publicSuccessions = async (ctx: RequestContext, token: string): Promise<string[]> =>
  (await (await publicLog(ctx, token)).state()).keys.flatMap(({ succession }) => succession ?? [])

/** A tile or an entry bundle. Throws `not_found` for a path that is none, and outside of the newest checkpoint's tree. */
export const publicTile = async (ctx: RequestContext, token: string, path: string): Promise<Uint8Array> => {
  const log = await publicLog(ctx, token)
  const wanted = parseTilePath(path)
  const tile = wanted && (await log.tile(wanted.level, wanted.n, wanted.width))
  if (!tile) throw notFound('Tile')
  return tile
}
