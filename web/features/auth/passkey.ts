import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { z } from 'zod'
import { LoginAnswer, Passkey, PasskeyOptions } from '../../../worker/features/auth/contract.ts'
import { act, request } from '../../api.ts'

const Descriptor = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])).default([]),
})
const Verification = z.enum(['required', 'preferred', 'discouraged']).default('preferred')

/** WebAuthn's own JSON forms, as far as a browser needs them. */
const CreationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ alg: z.number(), type: z.literal('public-key') })),
  timeout: z.number().default(60_000),
  excludeCredentials: z.array(Descriptor).default([]),
  authenticatorSelection: z
    .object({
      residentKey: Verification,
      requireResidentKey: z.boolean().default(false),
      userVerification: Verification,
    })
    .default({ residentKey: 'preferred', requireResidentKey: false, userVerification: 'preferred' }),
  attestation: z.enum(['none', 'direct', 'enterprise', 'indirect']).default('none'),
})
const RequestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number().default(60_000),
  allowCredentials: z.array(Descriptor).default([]),
  userVerification: Verification,
})

export const passkeysWork = () => browserSupportsWebAuthn()

/** The person closed the browser's dialog or let it time out: nothing to report. */
export const isGivenUp = (error: unknown) =>
  error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')

export const signInWithPasskey = async () => {
  const { options } = await request(PasskeyOptions, '/auth/passkeys/login/options', { method: 'POST', body: {} })
  const response = await startAuthentication({ optionsJSON: RequestOptions.parse(options) })
  return request(LoginAnswer, '/auth/passkeys/login', { method: 'POST', body: { response, transport: 'cookie' } })
}

/** Asks the browser to sign what the server's request options hold; rejects when the person gives up. */
export const signWithPasskey = (options: unknown) => startAuthentication({ optionsJSON: RequestOptions.parse(options) })

export const addPasskey = async (name: string) => {
  const { options } = await request(PasskeyOptions, '/auth/passkeys/register/options', { method: 'POST', body: {} })
  const response = await startRegistration({ optionsJSON: CreationOptions.parse(options) })
  await act('/auth/passkeys/register', { method: 'POST', body: { name, response } })
}

export const PasskeyList = z.object({ items: z.array(Passkey) })
