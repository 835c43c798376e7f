import { formatVerifierKey, parseVerifierKey, signatureTypes } from '../../../tlog/note.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { iso, isoOrNull } from '../../platform/time.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { logsMax, type OwnWitness, type TrustLog, type WitnessedLog } from './contract.ts'
import { ownKey } from './key.ts'
import type { WitnessedLogRow } from './schema.ts'
import { changeKeysStatement, findLog, findLogByOrigin, listLogs, removeStatement, trustStatement } from './store.ts'

/** The organization as a witness of others: its address, its key, and whose logs it cosigns. */
export const showOwnWitness = async (ctx: OrganizationContext): Promise<OwnWitness> => {
  const key = await ownKey(ctx)
  return {
    url: `${ctx.config.publicUrl}/api/v1/witness/${ctx.organizationId}`,
    vkey: formatVerifierKey(key),
    logs: (await listLogs(ctx)).map(viewLog),
  }
}

/**
 * Cosigns a log from now on. One that was removed before goes on from what was cosigned of it then: a log does not get rid
 * of its past by leaving. Throws `conflict` for one that is trusted already.
 */
export const trustLog = async (ctx: OrganizationContext, { vkeys }: TrustLog): Promise<WitnessedLog> => {
  const origin = originOf(vkeys)
  await ownKey(ctx)
  if ((await listLogs(ctx)).length >= logsMax) throw new AppError('conflict', `At most ${logsMax} logs are cosigned.`)
  const id = (await findLogByOrigin(ctx, ctx.organizationId, origin))?.id ?? ctx.newId('wlg')
  const [trusted] = await ctx.db.batch([
    trustStatement(ctx, { id, origin, vkeys }, ctx.now().getTime()),
    auditStatement(ctx, 'witness.log-trusted', { logId: id, origin, vkeys }, { target: id, risk: 'medium' }),
  ])
  if (trusted.meta.changes === 0) throw new AppError('conflict', 'The log is cosigned already.')
  await drainSoon(ctx, ctx.organizationId)
  return viewLog(await getLog(ctx, id))
}

/** Other keys, as after a rotation, under the same origin. Throws `not_found`, and `invalid` for keys of another log. */
export const changeLogKeys = async (
  ctx: OrganizationContext,
  id: string,
  { vkeys }: TrustLog,
): Promise<WitnessedLog> => {
  const { origin } = await getLog(ctx, id)
  if (originOf(vkeys) !== origin)
    throw new AppError('invalid', 'The keys are of another log.', {
      errors: [{ path: 'vkeys', message: `are not of ${origin}` }],
    })
  await ctx.db.batch([
    changeKeysStatement(ctx, id, vkeys),
    auditStatement(ctx, 'witness.log-changed', { logId: id, origin, vkeys }, { target: id, risk: 'medium' }),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return viewLog(await getLog(ctx, id))
}

/** Throws `not_found`, also for one that is removed already. */
export const removeLog = async (ctx: OrganizationContext, id: string): Promise<void> => {
  const { origin } = await getLog(ctx, id)
  const [removed] = await ctx.db.batch([
    removeStatement(ctx, id, ctx.now().getTime()),
    auditStatement(ctx, 'witness.log-removed', { logId: id, origin }, { target: id, risk: 'medium' }),
  ])
  if (removed.meta.changes === 0) throw notFound('Log')
  await drainSoon(ctx, ctx.organizationId)
}

const getLog = async (ctx: OrganizationContext, id: string): Promise<WitnessedLogRow> => {
  const row = await findLog(ctx, id)
  if (!row) throw notFound('Log')
  return row
}

/** The origin that all keys are of. Throws `invalid` for what is no key of a log, and for keys of several. */
const originOf = (vkeys: string[]): string => {
  const refuse = (message: string) =>
    new AppError('invalid', 'The keys are not those of one log.', { errors: [{ path: 'vkeys', message }] })
  const names = vkeys.map((vkey) => {
    const key = parseVerifierKey(vkey)
    if (key?.type !== signatureTypes.ed25519) throw refuse('is no verifier key of type 1 (C2SP signed-note)')
    return key.name
  })
  const [origin = ''] = names
  if (names.some((name) => name !== origin)) throw refuse('are of several logs')
  return origin
}

const viewLog = (row: WitnessedLogRow): WitnessedLog => ({
  id: row.id,
  origin: row.origin,
  vkeys: row.vkeys,
  size: row.size,
  cosignedAt: isoOrNull(row.cosignedAt),
  contradictedAt: isoOrNull(row.contradictedAt),
  createdAt: iso(row.createdAt),
})
