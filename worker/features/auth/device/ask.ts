import { Capability } from '../../../platform/access/contract.ts'
import type { RequestContext } from '../../../platform/context.ts'
import { digestOf, randomToken } from '../../../platform/secrets.ts'
import { perAddress, takeRate } from '../../rate-limits/index.ts'
import { DeviceError } from './error.ts'
import { insertDeviceCode } from './store.ts'
import { newUserCode, showUserCode } from './user-code.ts'

const lifetimeMs = 10 * 60_000
const intervalMs = 5_000

/** A device asks to act for a person (RFC 8628 §3.1). Throws `invalid_scope` for what is no capability. */
export const askForDevice = async (ctx: RequestContext, input: { client_id: string; scope?: string | undefined }) => {
  await takeRate(ctx, [perAddress(ctx, 'device', 300, 15)])
  const scopes = scopesOf(input.scope)
  const [deviceCode, userCode] = [randomToken(), newUserCode()]
  await insertDeviceCode(ctx.db, {
    digest: digestOf(deviceCode),
    userCode,
    clientId: input.client_id,
    scopes,
    ipAddress: ctx.ipAddress,
    userAgent: ctx.userAgent,
    state: 'pending',
    userId: null,
    organizationId: null,
    expiresAt: ctx.now().getTime() + lifetimeMs,
    intervalMs,
    lastPolledAt: null,
  })
  const page = `${ctx.config.publicUrl}/device`
  const shown = showUserCode(userCode)
  return {
    device_code: deviceCode,
    user_code: shown,
    verification_uri: page,
    verification_uri_complete: `${page}?code=${shown}`,
    expires_in: lifetimeMs / 1000,
    interval: intervalMs / 1000,
  }
}

/** Null: everything that the person may do. */
const scopesOf = (scope: string | undefined): string | null => {
  const wanted = (scope ?? '').split(' ').filter((part) => part !== '')
  if (wanted.length === 0) return null
  if (!wanted.every((part) => Capability.safeParse(part).success)) throw new DeviceError('invalid_scope')
  return [...new Set(wanted)].join(' ')
}
