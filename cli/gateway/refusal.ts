import type { z } from 'zod'
import type { connectorEvents } from '../../worker/features/connectors/link/events/contract.ts'
import { cut } from './bounded.ts'
import type { GatewayError } from './frames.ts'

export type DisconnectCause = z.infer<(typeof connectorEvents)['gateway.disconnected']>['cause']

/** Why there is no session, or no session any more. */
export class GatewayGone extends Error {
  readonly kind: DisconnectCause
  readonly code: number | null
  /** A shared token was refused although this device might come in with its own. */
  readonly tryDeviceToken: boolean
  constructor(kind: DisconnectCause, code: number | null, detail: string, tryDeviceToken = false) {
    super(detail)
    this.kind = kind
    this.code = code
    this.tryDeviceToken = tryDeviceToken
  }
}

/** A request that the gateway answered with an error. */
export class GatewayRequestFailed extends Error {
  readonly code: string
  readonly reason: string | null
  readonly issues: readonly { path: string; message: string }[]
  constructor(method: string, error: GatewayError) {
    super(`${method}: ${cut(error.message, 500)}`)
    this.code = error.code
    this.reason = error.details?.reason ?? error.details?.code ?? error.details?.type ?? null
    this.issues = error.details?.issues ?? []
  }
}

const closeCauses: Record<number, DisconnectCause> = {
  1002: 'refused',
  1008: 'unauthorized',
  1012: 'restart',
  1013: 'overloaded',
  4001: 'removed',
}

export function goneByClose(code: number, reason: string): GatewayGone {
  const cause = closeCauses[code] ?? 'lost'
  const words: Record<DisconnectCause, string> = {
    restart: 'The gateway restarts.',
    overloaded: 'The gateway is not ready or has too much to do.',
    removed: 'The gateway removed this device or rotated its token.',
    unauthorized: 'The gateway refused this device.',
    refused: 'The gateway refused our protocol.',
    lost: 'The connection to the gateway broke.',
    stopped: 'The connector was stopped.',
  }
  return new GatewayGone(cause, code, reason ? `${words[cause]} (${cut(reason, 200)})` : words[cause])
}

/** The answer to a failed `connect`, as a reason that a person can act on. */
export function goneByConnectError(error: GatewayError): GatewayGone {
  const code = error.details?.code ?? error.details?.reason ?? error.code
  const message = cut(error.message, 300)
  if (error.retryable || error.code === 'UNAVAILABLE') {
    return new GatewayGone('overloaded', null, `The gateway is not ready yet: ${message}`)
  }
  if (/^(AUTH|DEVICE|PAIRING|NOT_PAIRED|SCOPE)/.test(code) || error.code === 'NOT_PAIRED') {
    const tryDeviceToken = error.details?.canRetryWithDeviceToken === true
    return new GatewayGone(
      'unauthorized',
      1008,
      `The gateway refused us: ${message} (${cut(code, 80)})`,
      tryDeviceToken,
    )
  }
  return new GatewayGone('refused', null, `The gateway refused our connect request: ${message} (${cut(code, 80)})`)
}
