import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import type { ConnectorTest } from './contract.ts'
import type { DiagnosticStep } from './link/diagnosis/contract.ts'
import { getConnector } from './store.ts'

const causeWhenAway = { created: 'never_connected', offline: 'offline', paused: 'paused' } as const

/** Sends a question through the live session to the gateway and back. Changes nothing. Throws `not_found` only. */
export const testConnector = async (ctx: OrganizationContext, id: string): Promise<ConnectorTest> => {
  const { state } = await getConnector(ctx, id)
  const failed = { ok: false, latencyMs: null, ranAt: ctx.now().toISOString(), steps: [] }
  if (state !== 'online') return { ...failed, cause: causeWhenAway[state] }
  const answered = await connectorSession(ctx.env, id).diagnose()
  if (!answered) return { ...failed, cause: 'no_answer' }
  const steps = answered.filter(({ name }) => name.startsWith('gateway.'))
  const cause = causeOf(steps)
  const { durationMs } = steps.find(({ name }) => name === 'gateway.latency') ?? { durationMs: null }
  return { ...failed, ok: cause === null, cause, latencyMs: cause === null ? durationMs : null, steps }
}

/** A gateway that is not reached is not asked the rest; one that answers slowly still answers. */
const causeOf = (steps: DiagnosticStep[]): ConnectorTest['cause'] => {
  const outcomeOf = (wanted: DiagnosticStep['name']) => steps.find(({ name }) => name === wanted)?.outcome ?? 'skip'
  if (outcomeOf('gateway.reachable') === 'fail') return 'gateway_unreachable'
  if (steps.some(({ outcome }) => outcome === 'fail')) return 'gateway_refused'
  return outcomeOf('gateway.latency') === 'skip' ? 'gateway_unreachable' : null
}
