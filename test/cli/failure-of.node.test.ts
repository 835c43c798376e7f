import { expect, test } from 'vitest'
import { failureOf } from '../../cli/connector/failure-of.ts'
import { busyTimeoutMs } from '../../cli/gateway/management/configuration.ts'
import { GatewayRequestFailed } from '../../cli/gateway/refusal.ts'

const refusal = (code: string, message: string, details?: object) =>
  failureOf(new GatewayRequestFailed('config.patch', { code, message, ...(details && { details }) }))

test('a write that would drop agents is refused for good, though the gateway calls it unavailable', () => {
  const sentence = 'Error: Config write would drop agent roster entries without an explicit deletion: scout.'
  expect(refusal('UNAVAILABLE', sentence)).toEqual({ failure: 'gateway_refused', detail: `config.patch: ${sentence}` })
})

test('a gateway that is busy or away is tried again, and one that does not answer is given more than a minute', () => {
  expect(refusal('UNAVAILABLE', 'gateway is starting', { reason: 'startup-sidecars' }).failure).toBe(
    'gateway_unreachable',
  )
  expect(failureOf(new Error('config.patch: the gateway did not answer within 90000 ms.')).failure).toBe(
    'gateway_unreachable',
  )
  expect(busyTimeoutMs).toBeGreaterThan(60_000)
})

test('what the gateway finds wrong comes at its path, and what it does not know is not found', () => {
  const issues = [{ path: 'agents.entries.main', message: 'Unrecognized key: "bogus"' }]
  expect(refusal('INVALID_REQUEST', 'invalid config', { issues })).toMatchObject({ failure: 'invalid', issues })
  expect(refusal('INVALID_REQUEST', 'unknown agent id "ghost"').failure).toBe('not_found')
  expect(refusal('INVALID_REQUEST', 'agent not found').failure).toBe('not_found')
  expect(refusal('INVALID_REQUEST', 'a lock is held', { reason: 'LOCKED' })).toEqual({
    failure: 'gateway_refused',
    detail: 'LOCKED: config.patch: a lock is held',
  })
})
