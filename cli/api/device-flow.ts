import { z } from 'zod'
import { DeviceCodeAnswer, DeviceTokenError, LoginAnswer } from '../../worker/features/auth/contract.ts'
import { pause } from '../connector/backoff.ts'
import { Failure, notSignedIn } from '../output/failure.ts'
import type { SignIn } from '../profile/sign-in.ts'
import { version } from '../version.ts'
import { jsonOf, refusalOf, send, urlOf } from './request.ts'
import { signInOf } from './session.ts'

const clientId = 'clawbutler-cli'
const grantType = 'urn:ietf:params:oauth:grant-type:device_code'

/** RFC 6749 §5.1, which RFC 8628 answers with. */
const TokenAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  organization_id: z.string().optional(),
})

/** Signs in by a code that a person confirms in a browser (RFC 8628); `show` is told what to say to them. */
export async function signInByDevice(
  server: string,
  show: (code: DeviceCodeAnswerType) => void,
  signal: AbortSignal,
): Promise<SignIn> {
  const started = await post(server, '/auth/device/code', { client_id: clientId })
  if (!started.ok) throw await refusalOf(started)
  const code = DeviceCodeAnswer.parse(await jsonOf(started))
  show(code)
  const deadline = Date.now() + code.expires_in * 1_000
  let intervalMs = Math.max(1, code.interval) * 1_000
  while (Date.now() < deadline) {
    await pause(intervalMs, signal)
    if (signal.aborted) throw new Failure('Signing in was stopped.')
    const response = await post(server, '/auth/device/token', {
      grant_type: grantType,
      device_code: code.device_code,
      client_id: clientId,
    })
    const body = await jsonOf(response)
    if (response.ok) return signedIn(server, body)
    const refusal = DeviceTokenError.safeParse(body)
    if (!refusal.success) throw new Failure(`The server answered ${response.status} while it was asked for the token.`)
    const { error } = refusal.data
    if (error === 'slow_down') intervalMs += 5_000
    else if (error === 'access_denied') throw notSignedIn('The request was denied in the browser.')
    else if (error !== 'authorization_pending') throw notSignedIn('The code has expired. Start again.')
  }
  throw notSignedIn('The code has expired. Start again.')
}

export type DeviceCodeAnswerType = z.infer<typeof DeviceCodeAnswer>

function signedIn(server: string, body: unknown): SignIn {
  const own = LoginAnswer.safeParse(body)
  if (own.success) return signInOf(server, own.data)
  const { access_token, refresh_token, expires_in, organization_id } = TokenAnswer.parse(body)
  return {
    server,
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: Date.now() + expires_in * 1_000,
    organizationId: organization_id ?? null,
  }
}

const post = (server: string, path: string, form: Record<string, string>) =>
  send(urlOf(server, path), {
    method: 'POST',
    headers: { accept: 'application/json', 'user-agent': `clawbutler/${version}` },
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(30_000),
    redirect: 'error',
  })
