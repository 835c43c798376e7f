import { z } from 'zod'

/** Who comes in, as whom, and what they may. */
export const peopleEvents = {
  'user.registered': z.object({ method: z.enum(['password', 'github', 'google', 'setup']) }),
  'user.signed-in': z.object({ method: z.enum(['password', 'passkey', 'github', 'google', 'device']) }),
  'user.sign-in-failed': z.object({ cause: z.string() }),
  'user.signed-out': z.object({}),
  'user.password-reset': z.object({}),
  'user.password-changed': z.object({}),
  'user.email-verified': z.object({}),
  'user.totp-enabled': z.object({}),
  'user.totp-disabled': z.object({}),
  'user.passkey-added': z.object({ passkeyId: z.string() }),
  'user.passkey-removed': z.object({ passkeyId: z.string() }),
  'user.provider-linked': z.object({ provider: z.string() }),
  'user.provider-unlinked': z.object({ provider: z.string() }),
  'session.revoked': z.object({ sessionId: z.string() }),
  'session.reuse-detected': z.object({ sessionId: z.string() }),
  'device.approved': z.object({ clientId: z.string() }),
  'device.denied': z.object({ clientId: z.string() }),
  /** `capability`: what was lacking; null where a rule of its own decided. */
  'access.refused': z.object({ capability: z.string().nullable(), method: z.string(), path: z.string() }),
  'member.joined': z.object({ userId: z.string(), role: z.string() }),
  'member.role-changed': z.object({ userId: z.string(), from: z.string(), to: z.string() }),
  'member.removed': z.object({ userId: z.string() }),
  'invitation.created': z.object({ invitationId: z.string(), role: z.string() }),
  'invitation.revoked': z.object({ invitationId: z.string() }),
  'organization.created': z.object({ name: z.string() }),
  'organization.renamed': z.object({ name: z.string() }),
  'api-key.created': z.object({ apiKeyId: z.string(), scopes: z.array(z.string()) }),
  'api-key.revoked': z.object({ apiKeyId: z.string() }),
  /** Somebody called with it and was not let in; told once in ten minutes for each cause. */
  'api-key.refused': z.object({ apiKeyId: z.string(), cause: z.enum(['wrong', 'expired', 'revoked', 'creator_gone']) }),
} as const
