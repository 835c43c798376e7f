import { fromBase64, toBase64 } from '../../../tlog/base64.ts'
import { formatVerifierKey, type NoteKey } from '../../../tlog/note.ts'
import { type Cosigner, cosignerKey } from '../../../tlog/witness/cosignature.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { seal, unseal } from '../../platform/seal.ts'
import { fromBase64Url, toBase64Url } from '../../platform/secrets.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { WitnessKeyRow } from './schema.ts'
import { findKey, insertKeyStatement } from './store.ts'

const purposeOf = (organizationId: string) => `witness-key:${organizationId}`

/** The key that the organization cosigns with; whoever first asks for it makes it. */
export const ownKey = async (ctx: OrganizationContext): Promise<NoteKey> => {
  const known = await findKey(ctx, ctx.organizationId)
  if (known) return noteKeyOf(known)
  const row = await newKey(ctx)
  const vkey = formatVerifierKey(noteKeyOf(row))
  await ctx.db.batch([insertKeyStatement(ctx, row), auditStatement(ctx, 'witness.key-made', { vkey })])
  await drainSoon(ctx, ctx.organizationId)
  // Somebody else may have been first.
  return noteKeyOf((await findKey(ctx, ctx.organizationId)) ?? row)
}

/** Signs with a key as it is kept. Throws when it was sealed for another organization. */
export const cosignerOf = async (ctx: RequestContext, row: WitnessKeyRow): Promise<Cosigner> => {
  const secret = fromBase64Url(await unseal(ctx.config, purposeOf(row.organizationId), row.sealed))
  const key = await crypto.subtle.importKey('pkcs8', secret, 'Ed25519', false, ['sign'])
  return {
    key: noteKeyOf(row),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, message)),
  }
}

const noteKeyOf = ({ name, publicKey }: WitnessKeyRow): NoteKey => {
  const bytes = fromBase64(publicKey)
  if (!bytes) throw new Error('the public key of a witness is none')
  return cosignerKey(name, bytes)
}

const newKey = async (ctx: OrganizationContext): Promise<WitnessKeyRow> => {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('no key pair')
  const publicKey = await crypto.subtle.exportKey('raw', pair.publicKey)
  const secret = await crypto.subtle.exportKey('pkcs8', pair.privateKey)
  if (!(publicKey instanceof ArrayBuffer) || !(secret instanceof ArrayBuffer)) throw new Error('no key bytes')
  const { organizationId } = ctx
  return {
    organizationId,
    name: `${new URL(ctx.config.publicUrl).host}/witness/${organizationId}`,
    publicKey: toBase64(new Uint8Array(publicKey)),
    sealed: await seal(ctx.config, purposeOf(organizationId), toBase64Url(new Uint8Array(secret))),
    createdAt: ctx.now().getTime(),
  }
}
