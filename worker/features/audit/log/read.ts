import type { z } from 'zod'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import { parseTilePath } from '../../../../tlog/tiles.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import { drainAudit } from '../drain.ts'
import type { CheckpointQuery, ConsistencyQuery, InclusionQuery, LogState } from './contract.ts'

/** The log with all in it that had committed by now. */
export const logOf = async (ctx: OrganizationContext) => {
  await drainAudit(ctx, ctx.organizationId)
  return auditLog(ctx.env, ctx.organizationId)
}

export const logState = async (ctx: OrganizationContext): Promise<LogState> => {
  const log = await logOf(ctx)
  const { keys, signedAt, ...state } = await log.state()
  return {
    ...state,
    signedAt: isoOrNull(signedAt),
    keys: keys.map(({ vkey, createdAt, retiredAt, succession }) => ({
      ...{ vkey, succession },
      createdAt: iso(createdAt),
      retiredAt: isoOrNull(retiredAt),
    })),
  }
}

/**
 * The newest signed note with the cosignatures it has; the first one asked for makes the log's key. `witnessed`: the newest
 * that the quorum of witnesses has cosigned; throws `not_found` when there is none.
 */
export const checkpointOf = async (
  ctx: OrganizationContext,
  { witnessed }: z.infer<typeof CheckpointQuery>,
): Promise<string> => {
  const log = await logOf(ctx)
  if (!witnessed) return log.checkpoint()
  const note = await log.witnessedCheckpoint()
  if (note === null) throw notFound('Witnessed checkpoint')
  return note
}

/** The keys that sign, one on each line; the newest first. */
export const verifierKeysOf = async (ctx: OrganizationContext): Promise<string> => {
  const log = await logOf(ctx)
  await log.checkpoint()
  const { keys } = await log.state()
  return keys.map(({ vkey }) => `${vkey}\n`).join('')
}

/** Throws `not_found` for a path that is none, and for tiles outside of the newest checkpoint's tree. */
export const tileAt = async (ctx: OrganizationContext, path: string): Promise<Uint8Array> => {
  const wanted = parseTilePath(path)
  const tile = wanted && (await auditLog(ctx.env, ctx.organizationId).tile(wanted.level, wanted.n, wanted.width))
  if (!tile) throw notFound('Tile')
  return tile
}

/** Throws `not_found` for an event or a tree that is not there yet. */
export const proveIncluded = async (ctx: OrganizationContext, { seq, size }: z.infer<typeof InclusionQuery>) => {
  const proof = await (await logOf(ctx)).inclusion(seq, size ?? null)
  if (!proof) throw notFound('Proof')
  return proof
}

/** Throws `not_found` for trees that are not there, or in the wrong order. */
export const proveConsistent = async (ctx: OrganizationContext, { from, to }: z.infer<typeof ConsistencyQuery>) => {
  const proof = await (await logOf(ctx)).consistency(from, to ?? null)
  if (!proof) throw notFound('Proof')
  return proof
}

/** One event as evidence: a C2SP tlog-proof file that needs no network. */
export const evidenceOf = async (ctx: OrganizationContext, seq: number): Promise<string> => {
  const file = await (await logOf(ctx)).evidence(seq)
  if (file === null) throw notFound('Event')
  return file
}
