import type { z } from 'zod'
import type { DeviceTokenError } from '../contract.ts'

export type DeviceErrorCode = z.infer<typeof DeviceTokenError>['error']

/** An answer of RFC 8628 §3.5 and RFC 6749 §5.2, whose shape the devices of others understand. */
export class DeviceError extends Error {
  readonly code: DeviceErrorCode

  constructor(code: DeviceErrorCode) {
    super(code)
    this.name = 'DeviceError'
    this.code = code
  }
}
