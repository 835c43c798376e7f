import { z } from 'zod'
import { Capability, Role } from '../../platform/access/contract.ts'
import { Id, Timestamp } from '../../platform/contract.ts'

const Email = z
  .email()
  .max(254)
  .transform((email) => email.toLowerCase())
/** NIST SP 800-63B: length over composition; the upper bound keeps hashing bounded. */
const Password = z.string().min(12).max(256)
const Name = z.string().trim().min(1).max(120)
const Code = z.string().trim().min(6).max(32)

/** token: the answer carries the tokens (CLI, API). cookie: they are set as http-only cookies (browser). */
export const Transport = z.enum(['token', 'cookie']).default('token')

export const Register = z.strictObject({
  email: Email,
  password: Password,
  name: Name,
  /** The organization to create; with an invitation, the one invited to is joined instead. */
  organizationName: Name.optional(),
  invitationToken: z.string().max(200).optional(),
  transport: Transport,
})
export type Register = z.infer<typeof Register>

/** First start of an installation: works once, with the token that the operator's terminal printed. */
export const Setup = z.strictObject({
  token: z.string().max(200),
  email: Email,
  password: Password,
  name: Name,
  organizationName: Name,
  transport: Transport,
})
export type Setup = z.infer<typeof Setup>

export const Login = z.strictObject({
  email: Email,
  password: z.string().max(256),
  /** A TOTP code or a recovery code; asked for by a 401 `totp_required`. */
  code: Code.optional(),
  organizationId: Id('org').optional(),
  transport: Transport,
})
export type Login = z.infer<typeof Login>

export const LoginAnswer = z.union([
  z.object({
    tokenType: z.literal('Bearer'),
    accessToken: z.string(),
    refreshToken: z.string(),
    expiresInMs: z.number().int(),
    organizationId: Id('org'),
  }),
  z.object({ tokenType: z.literal('Cookie'), expiresInMs: z.number().int(), organizationId: Id('org') }),
])
export type LoginAnswer = z.infer<typeof LoginAnswer>

/** Without a body the refresh cookie is used. A refresh token works once; a second use revokes its whole family. */
export const Refresh = z.strictObject({
  refreshToken: z.string().max(200).optional(),
  /** Switch to another organization of the same person. */
  organizationId: Id('org').optional(),
})
export type Refresh = z.infer<typeof Refresh>

export const ForgotPassword = z.strictObject({ email: Email })
export const ChangePassword = z.strictObject({ currentPassword: z.string().max(256), password: Password })
export const ResetPassword = z.strictObject({ token: z.string().max(200), password: Password })
export const VerifyEmail = z.strictObject({ token: z.string().max(200) })

export const OauthProvider = z.enum(['github', 'google'])
/** Where to send the browser to link a provider. */
export const OauthLink = z.object({ url: z.string() })

/** Which ways in this installation offers, for the sign-in page. */
export const AuthMethods = z.object({
  setupRequired: z.boolean(),
  registration: z.enum(['open', 'invite']),
  providers: z.array(z.enum(['github', 'google'])),
})
export type AuthMethods = z.infer<typeof AuthMethods>

export const Me = z.object({
  id: Id('usr'),
  email: z.string(),
  name: z.string(),
  emailVerified: z.boolean(),
  totpEnabled: z.boolean(),
  passkeys: z.number().int(),
  providers: z.array(z.enum(['github', 'google'])),
  organization: z.object({ id: Id('org'), name: z.string(), role: Role }),
  organizations: z.array(z.object({ id: Id('org'), name: z.string(), role: Role })),
})
export type Me = z.infer<typeof Me>

export const MyCapabilities = z.object({
  organizationId: Id('org'),
  role: Role.nullable(),
  capabilities: z.array(Capability),
})
export type MyCapabilities = z.infer<typeof MyCapabilities>

export const Session = z.object({
  id: Id('ses'),
  current: z.boolean(),
  kind: z.enum(['browser', 'token', 'device']),
  userAgent: z.string(),
  ipAddress: z.string(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
  expiresAt: Timestamp,
})
export type Session = z.infer<typeof Session>

export const TotpEnrolment = z.object({ secret: z.string(), uri: z.string() })
export const ConfirmTotp = z.strictObject({ code: Code })
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })
/** Turning the second factor off asks for the password and a code once more. */
export const DisableTotp = z.strictObject({ password: z.string().max(256), code: Code })

export const Passkey = z.object({
  id: Id('psk'),
  name: z.string(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
})
export type Passkey = z.infer<typeof Passkey>
/** WebAuthn JSON forms pass through: the library that made the options parses the answer. */
export const PasskeyOptions = z.object({ options: z.record(z.string(), z.unknown()) })
export const PasskeyRegistration = z.strictObject({ name: Name, response: z.record(z.string(), z.unknown()) })
export const PasskeyLogin = z.strictObject({ response: z.record(z.string(), z.unknown()), transport: Transport })

/** RFC 8628 §3.1–3.5; field names are those of the RFC. */
export const DeviceCodeRequest = z.object({
  client_id: z.string().max(100).default('clawbutler-cli'),
  scope: z.string().max(500).optional(),
})
export const DeviceCodeAnswer = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.number().int(),
  interval: z.number().int(),
})
export const DeviceTokenRequest = z.object({
  grant_type: z.string().max(100),
  device_code: z.string().max(200),
  client_id: z.string().max(100).default('clawbutler-cli'),
})
export const DeviceTokenError = z.object({
  error: z.enum([
    'authorization_pending',
    'slow_down',
    'access_denied',
    'expired_token',
    'invalid_request',
    'invalid_grant',
    'invalid_scope',
    'unsupported_grant_type',
  ]),
})
/** RFC 6749 §5.1, and the organization that the device was approved for. */
export const DeviceTokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number().int(),
  refresh_token: z.string(),
  scope: z.string().optional(),
  organization_id: Id('org'),
})
export const DeviceDecision = z.strictObject({ userCode: z.string().trim().max(20), approve: z.boolean() })
export const DeviceRequest = z.object({
  userCode: z.string(),
  clientId: z.string(),
  ipAddress: z.string(),
  /** The capabilities it asks for; null for everything that the person may do. */
  scopes: z.array(z.string()).nullable(),
  expiresAt: Timestamp,
})
