import type { z } from 'zod'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { RequestContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { perAccount, perAddress, takeRate } from '../../rate-limits/index.ts'
import type { CheckpointQuery } from '../log/contract.ts'
import { readCheckpoint, readTile, readVerifierKeys } from '../log/tlog-reads.ts'
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

export const publicCheckpoint = async (
  ctx: RequestContext,
  token: string,
  query: z.infer<typeof CheckpointQuery>,
): Promise<string> => readCheckpoint(await publicLog(ctx, token), query)

export const publicKeys = async (ctx: RequestContext, token: string): Promise<string> =>
  readVerifierKeys(await publicLog(ctx, token))

/** By which its earlier keys vouch for the later ones: signed notes (tlog/succession.ts). */
export const publicSuccessions = async (ctx: RequestContext, token: string): Promise<string[]> =>
  (await (await publicLog(ctx, token)).state()).keys.flatMap(({ succession }) => succession ?? [])

/** A tile or an entry bundle. */
export const publicTile = async (ctx: RequestContext, token: string, path: string): Promise<Uint8Array> =>
  readTile(await publicLog(ctx, token), path)
