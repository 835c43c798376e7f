import type { z } from 'zod'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import { drainAudit } from '../drain.ts'
import type { CheckpointQuery, ConsistencyQuery, InclusionQuery, LogState } from './contract.ts'
import { readCheckpoint, readTile, readVerifierKeys } from './tlog-reads.ts'

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

export const checkpointOf = async (ctx: OrganizationContext, query: z.infer<typeof CheckpointQuery>): Promise<string> =>
  readCheckpoint(await logOf(ctx), query)

export const verifierKeysOf = async (ctx: OrganizationContext): Promise<string> => readVerifierKeys(await logOf(ctx))

/** Nothing is drained for it: a tile of a checkpoint is there once the checkpoint is. */
export const tileAt = (ctx: OrganizationContext, path: string): Promise<Uint8Array> =>
  readTile(auditLog(ctx.env, ctx.organizationId), path)

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
