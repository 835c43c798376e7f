import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { toBase64Url } from '../../../platform/secrets.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { findUser } from '../../users/index.ts'
import type { Passkey as PasskeyAnswer } from '../contract.ts'
import type { Passkey } from '../schema.ts'
import {
  Attestation,
  isOurChallenge,
  parseAnswer,
  passkeyRefused,
  rememberChallenge,
  siteOf,
  transportsOf,
  verified,
} from './ceremony.ts'
import { deletePasskeyStatement, insertPasskeyStatement, listPasskeys } from './store.ts'

/** Begins a registration: what the browser hands to the authenticator. */
export const passkeyCreationOptions = async (ctx: OrganizationContext) => {
  const user = await findUser(ctx.db, ctx.actor.id)
  if (!user) throw notFound('Account')
  const known = await listPasskeys(ctx.db, user.id)
  const options = await generateRegistrationOptions({
    rpName: 'ClawButler',
    rpID: siteOf(ctx.config).rpID,
    userName: user.email,
    userDisplayName: user.name,
    userID: Uint8Array.from(new TextEncoder().encode(user.id)),
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: transportsOf(transports),
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  await rememberChallenge(ctx, options.challenge, user.id)
  return options
}

/** Ends a registration. Throws `invalid_credentials` for a ceremony that was not ours, `conflict` for a known passkey. */
export const addPasskey = async (ctx: OrganizationContext, name: string, answer: unknown): Promise<PasskeyAnswer> => {
  const response = parseAnswer(Attestation, answer)
  const { rpID, origin } = siteOf(ctx.config)
  const { registrationInfo } = await verified(ctx, () =>
    verifyRegistrationResponse({
      response,
      expectedChallenge: isOurChallenge(ctx, ctx.actor.id),
      expectedOrigin: origin,
      expectedRPID: rpID,
    }),
  )
  if (!registrationInfo) throw passkeyRefused()
  const { credential } = registrationInfo
  const row: Passkey = {
    id: ctx.newId('psk'),
    userId: ctx.actor.id,
    credentialId: credential.id,
    publicKey: toBase64Url(credential.publicKey),
    counter: credential.counter,
    transports: JSON.stringify(response.response.transports),
    name,
    createdAt: ctx.now().getTime(),
    lastUsedAt: null,
  }
  const [inserted] = await ctx.db.batch([
    insertPasskeyStatement(ctx.db, row).returning(),
    auditStatement(ctx, 'user.passkey-added', { passkeyId: row.id }, { target: row.id, risk: 'medium' }),
  ])
  if (inserted.length === 0) throw new AppError('conflict', 'This passkey is registered already.')
  await drainSoon(ctx, ctx.organizationId)
  return viewPasskey(row)
}

/** Throws `not_found` for another person's. */
export const removePasskey = async (ctx: OrganizationContext, passkeyId: string): Promise<void> => {
  const [removed] = await ctx.db.batch([
    deletePasskeyStatement(ctx.db, ctx.actor.id, passkeyId).returning(),
    auditStatement(ctx, 'user.passkey-removed', { passkeyId }, { target: passkeyId, risk: 'medium' }),
  ])
  if (removed.length === 0) throw notFound('Passkey')
  await drainSoon(ctx, ctx.organizationId)
}

export const listMyPasskeys = async (ctx: OrganizationContext): Promise<PasskeyAnswer[]> =>
  (await listPasskeys(ctx.db, ctx.actor.id)).map(viewPasskey)

const viewPasskey = ({ id, name, createdAt, lastUsedAt }: Passkey): PasskeyAnswer => ({
  id,
  name,
  createdAt: iso(createdAt),
  lastUsedAt: isoOrNull(lastUsedAt),
})
