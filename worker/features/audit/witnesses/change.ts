import type { z } from 'zod'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type {
  WitnessChange,
  WitnessChanged,
  WitnessStatus,
} from '../../../../durable-objects/audit-log/witnesses/rpc.ts'
import { parseVerifierKey, signatureTypes } from '../../../../tlog/note.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { refusedTarget } from '../../../platform/outbound.ts'
import { logOf } from '../log/read.ts'
import { auditInputNow } from '../record.ts'
import type { AddWitness, UpdateWitness, Witness, Witnesses, WitnessPolicy } from './contract.ts'
import { witnessesMax } from './contract.ts'
import { listWitnesses, viewWitness } from './list.ts'

/**
 * Names a witness. The list stands in the log's own object, where a change and the event that tells of it commit together.
 * Throws `invalid` for an address that must not be called, `conflict` for a key that is a witness already.
 */
export const addWitness = async (ctx: OrganizationContext, wanted: AddWitness): Promise<Witness> => {
  refuseTarget(ctx, wanted.url)
  refuseKey(wanted.vkey)
  const id = ctx.newId('wit')
  const { name, url, vkey } = wanted
  const event = await auditInputNow(
    ctx,
    'witness.added',
    { witnessId: id, name, url, vkey },
    { target: id, risk: 'medium' },
  )
  settle(await (await logOf(ctx)).changeWitnesses({ kind: 'add', id, ...wanted }, event))
  return showWitness(ctx, id)
}

/** What is not given stays; what is so already is not told. Throws `not_found`, and what `addWitness` throws. */
export const updateWitness = async (ctx: OrganizationContext, id: string, wanted: UpdateWitness): Promise<Witness> => {
  if (wanted.url !== undefined) refuseTarget(ctx, wanted.url)
  if (wanted.vkey !== undefined) refuseKey(wanted.vkey)
  const before = await findWitness(ctx, id)
  const settings = {
    name: wanted.name ?? before.name,
    url: wanted.url ?? before.url,
    vkey: wanted.vkey ?? before.vkey,
    enabled: wanted.enabled ?? before.enabled,
  }
  const fields = (['name', 'url', 'vkey', 'enabled'] as const).filter((field) => settings[field] !== before[field])
  const event = await auditInputNow(
    ctx,
    'witness.changed',
    { witnessId: id, fields, enabled: settings.enabled },
    { target: id, risk: 'high' },
  )
  const change: WitnessChange = { kind: 'update', id, ...settings }
  settle(await auditLog(ctx.env, ctx.organizationId).changeWitnesses(change, event))
  return showWitness(ctx, id)
}

/** Throws `not_found`, also for one that is removed already, and `conflict` when fewer would be left than have to agree. */
export const removeWitness = async (ctx: OrganizationContext, id: string): Promise<void> => {
  const { name } = await findWitness(ctx, id)
  const event = await auditInputNow(ctx, 'witness.removed', { witnessId: id, name }, { target: id, risk: 'high' })
  settle(await auditLog(ctx.env, ctx.organizationId).changeWitnesses({ kind: 'remove', id }, event))
}

/** How many have to agree. Throws `conflict` when there are fewer. */
export const changePolicy = async (
  ctx: OrganizationContext,
  { quorum }: z.infer<typeof WitnessPolicy>,
): Promise<Witnesses> => {
  const log = await logOf(ctx)
  const { quorum: before } = await log.witnesses()
  const risk = quorum < before ? 'high' : 'medium'
  const event = await auditInputNow(ctx, 'witness.policy-changed', { from: before, to: quorum }, { risk })
  settle(await log.changeWitnesses({ kind: 'quorum', quorum }, event))
  return listWitnesses(ctx)
}

/** Submits the newest checkpoint to a witness now, and answers what came of it. Throws `not_found`. */
export const submitNow = async (ctx: OrganizationContext, id: string): Promise<Witness> => {
  if (!(await (await logOf(ctx)).submitToWitness(id))) throw notFound('Witness')
  return showWitness(ctx, id)
}

const findWitness = async (ctx: OrganizationContext, id: string): Promise<WitnessStatus> => {
  const { witnesses } = await (await logOf(ctx)).witnesses()
  const found = witnesses.find((witness) => witness.id === id)
  if (!found) throw notFound('Witness')
  return found
}

const showWitness = async (ctx: OrganizationContext, id: string): Promise<Witness> => {
  const { witnesses, size } = await auditLog(ctx.env, ctx.organizationId).witnesses()
  const found = witnesses.find((witness) => witness.id === id)
  if (!found) throw notFound('Witness')
  return viewWitness(found, size)
}

const refuseTarget = (ctx: OrganizationContext, url: string): void => {
  const refused = refusedTarget(url, { allowPrivate: ctx.config.outboundPrivate })
  if (refused !== null)
    throw new AppError('invalid', 'The address must not be called.', { errors: [{ path: 'url', message: refused }] })
}

const refuseKey = (vkey: string): void => {
  if (parseVerifierKey(vkey)?.type !== signatureTypes.cosignature)
    throw new AppError('invalid', 'The key is none of a witness.', {
      errors: [{ path: 'vkey', message: 'is no verifier key of type 4 (C2SP tlog-cosignature)' }],
    })
}

const settle = (changed: WitnessChanged): void => {
  if (changed === 'not_found') throw notFound('Witness')
  if (changed === 'known_key') throw new AppError('conflict', 'The key is one of a witness already.')
  if (changed === 'too_many') throw new AppError('conflict', `A log has at most ${witnessesMax} witnesses.`)
  if (changed === 'quorum') throw new AppError('conflict', 'More witnesses would have to agree than there are.')
}
