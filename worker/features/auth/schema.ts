import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { users } from '../users/index.ts'

const userId = () =>
  text('user_id')
    .notNull()
    .references(() => users.id)

export const passwords = sqliteTable('passwords', {
  userId: userId().primaryKey(),
  /** PHC form: `$scrypt$ln=…,r=…,p=…$salt$hash`. */
  hash: text('hash').notNull(),
  changedAt: integer('changed_at').notNull(),
})

export const sessionKinds = ['browser', 'token', 'device'] as const

/** One sign-in and every refresh token that descends from it. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: userId(),
    /** The organization that its next access token is for. */
    organizationId: text('organization_id').notNull(),
    kind: text('kind', { enum: sessionKinds }).notNull(),
    /** Capabilities separated by spaces, when it was granted fewer than its person's; null: all of them. */
    scopes: text('scopes'),
    /** Of the part that all its refresh tokens share: whoever shows it was once given one of them. */
    familyDigest: text('family_digest').notNull(),
    /** Of the one refresh token that still works. */
    tokenDigest: text('token_digest').notNull(),
    userAgent: text('user_agent').notNull(),
    ipAddress: text('ip_address').notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at').notNull(),
    /** Slides with each use, never beyond `endsAt`. */
    expiresAt: integer('expires_at').notNull(),
    endsAt: integer('ends_at').notNull(),
    revokedAt: integer('revoked_at'),
  },
  (table) => [index('sessions_user').on(table.userId, table.lastUsedAt), index('sessions_expiry').on(table.expiresAt)],
)

export const tokenPurposes = ['reset-password', 'verify-email'] as const

/** Mailed links. A new one for the same purpose takes the place of the last. */
export const oneTimeTokens = sqliteTable(
  'one_time_tokens',
  {
    userId: userId(),
    purpose: text('purpose', { enum: tokenPurposes }).notNull(),
    digest: text('digest').notNull().unique(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.purpose] })],
)

export const providers = ['github', 'google'] as const

export const oauthIdentities = sqliteTable(
  'oauth_identities',
  {
    provider: text('provider', { enum: providers }).notNull(),
    subject: text('subject').notNull(),
    userId: userId(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.subject] }),
    uniqueIndex('oauth_identities_user').on(table.userId, table.provider),
  ],
)

/** Sign-ins under way at a provider. */
export const oauthStates = sqliteTable('oauth_states', {
  /** Of the `state` parameter. */
  digest: text('digest').primaryKey(),
  provider: text('provider', { enum: providers }).notNull(),
  /** Of the cookie that binds the flow to the browser that began it. */
  browserDigest: text('browser_digest').notNull(),
  /** PKCE, sealed. */
  codeVerifier: text('code_verifier').notNull(),
  nonce: text('nonce').notNull(),
  next: text('next').notNull(),
  /** The session that links the provider to its account; null for a sign-in. */
  sessionId: text('session_id'),
  invitationDigest: text('invitation_digest'),
  expiresAt: integer('expires_at').notNull(),
})

export const passkeys = sqliteTable(
  'passkeys',
  {
    id: text('id').primaryKey(),
    userId: userId(),
    credentialId: text('credential_id').notNull().unique(),
    /** COSE, base64url. */
    publicKey: text('public_key').notNull(),
    counter: integer('counter').notNull(),
    /** JSON list of the WebAuthn transports. */
    transports: text('transports').notNull(),
    name: text('name').notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
  },
  (table) => [index('passkeys_user').on(table.userId)],
)

export const webauthnChallenges = sqliteTable('webauthn_challenges', {
  challenge: text('challenge').primaryKey(),
  /** Who registers a passkey; null for a sign-in, where nobody is known yet. */
  userId: text('user_id'),
  expiresAt: integer('expires_at').notNull(),
})

export const totps = sqliteTable('totps', {
  userId: userId().primaryKey(),
  sealedSecret: text('sealed_secret').notNull(),
  /** Null while its first code has not been seen. */
  confirmedAt: integer('confirmed_at'),
  /** The 30-second step of the newest code used: it and all before it work no more. */
  lastStep: integer('last_step').notNull(),
})

export const recoveryCodes = sqliteTable(
  'recovery_codes',
  { userId: userId(), digest: text('digest').notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.digest] })],
)

export const deviceStates = ['pending', 'approved', 'denied'] as const

export const deviceCodes = sqliteTable('device_codes', {
  digest: text('digest').primaryKey(),
  /** Eight letters, without the dash. */
  userCode: text('user_code').notNull().unique(),
  clientId: text('client_id').notNull(),
  scopes: text('scopes'),
  ipAddress: text('ip_address').notNull(),
  userAgent: text('user_agent').notNull(),
  state: text('state', { enum: deviceStates }).notNull(),
  userId: text('user_id'),
  organizationId: text('organization_id'),
  expiresAt: integer('expires_at').notNull(),
  intervalMs: integer('interval_ms').notNull(),
  lastPolledAt: integer('last_polled_at'),
})

export type Session = typeof sessions.$inferSelect
export type Passkey = typeof passkeys.$inferSelect
export type DeviceCode = typeof deviceCodes.$inferSelect
