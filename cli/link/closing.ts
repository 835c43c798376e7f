import { closeCodes } from '../../worker/features/connectors/link/contract.ts'

/** What a closed or refused socket means: come back after a while, or stop because only a person can help. */
export type Ending =
  | { kind: 'retry'; detail: string; afterMs: number | null }
  | { kind: 'stop'; detail: string; exitCode: number }

const stop = (exitCode: number, detail: string): Ending => ({ kind: 'stop', exitCode, detail })
const retry = (detail: string, afterMs: number | null = null): Ending => ({ kind: 'retry', detail, afterMs })

export function endingOfClose(code: number, reason: string): Ending {
  switch (code) {
    case closeCodes.unauthorized:
      return stop(3, 'The server does not know this connector token. Create or rotate one and connect with it.')
    case closeCodes.rotated:
      return stop(3, 'The connector token was rotated. Connect again with the new one.')
    case closeCodes.removed:
      return stop(1, 'This connector was removed from its organization.')
    case closeCodes.replaced:
      return stop(1, 'Another process connected with the same token and took over. Only one may run.')
    case closeCodes.protocolVersion:
      return stop(1, 'The server speaks another version of the connector protocol. Upgrade clawbutler.')
    case closeCodes.paused:
      return retry('This connector is paused; asking again every 30 seconds.', 30_000)
    case closeCodes.tryLater:
      return retry('The server asked us to come back later.')
    case closeCodes.badFrame:
      return retry(`The server did not understand us${reason ? `: ${reason}` : ''}.`)
    default:
      return retry(`The connection to the server ended (${code}${reason ? `: ${reason.slice(0, 200)}` : ''}).`)
  }
}

/** An HTTP answer instead of a socket. */
export function endingOfStatus(status: number, retryAfter: string | undefined): Ending {
  if (status === 401) return endingOfClose(closeCodes.unauthorized, '')
  if (status === 403 || status === 410) return endingOfClose(closeCodes.removed, '')
  if (status === 426) return endingOfClose(closeCodes.protocolVersion, '')
  const seconds = Number(retryAfter)
  const afterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 600) * 1_000 : null
  if (status === 404) return retry('The server has no connector endpoint there; is the address right?', 10_000)
  return retry(`The server answered ${status} instead of opening the connection.`, afterMs)
}
