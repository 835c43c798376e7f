import type { KillOrder, KillTarget, Reach, TargetState } from './contract.ts'

export interface Tally {
  agents: number
  confirmed: number
  failed: number
  broken: number
  recovered: number
}

/** Agents that the gateway does not have need no stopping: `absent` counts as confirmed, and as recovered. */
export const tallyOf = (counts: readonly { state: string; count: number }[]): Tally => {
  const of = (...states: string[]) =>
    counts.reduce((sum, { state, count }) => sum + (states.includes(state) ? count : 0), 0)
  return {
    agents: counts.reduce((sum, { count }) => sum + count, 0),
    confirmed: of('stopped', 'absent'),
    failed: of('failed'),
    broken: of('broken'),
    recovered: of('recovered', 'held', 'absent'),
  }
}

/**
 * What a target is by what its connector found. `isAnswered`: the connector has said of the order as a whole that it is
 * done, which settles a gateway without agents and agents that are not there. Null: nothing to change.
 */
export const settledState = (
  state: TargetState,
  { agents, confirmed, failed, broken, recovered }: Tally,
  { isRecovering, isAnswered }: { isRecovering: boolean; isAnswered: boolean },
): TargetState | null => {
  const next = (): TargetState | null => {
    if (isRecovering) return isAnswered && recovered === agents ? 'recovered' : null
    if (broken > 0) return 'broken'
    if (failed > 0) return 'failed'
    return confirmed === agents && (isAnswered || agents > 0) ? 'confirmed' : null
  }
  const found = next()
  return found === state ? null : found
}

export const reachOf = (
  connector: { state: string; gatewayConnected: boolean; groups: readonly string[] } | null,
): Reach => {
  if (connector === null) return 'gone'
  if (connector.state === 'paused') return 'paused'
  if (connector.state !== 'online') return 'connector_offline'
  if (!connector.groups.includes('stop')) return 'no_group'
  return connector.gatewayConnected ? 'online' : 'gateway_away'
}

const next = {
  online: null,
  gateway_away: 'stop_first',
  connector_offline: 'stop_first',
  paused: 'needs_resume',
  no_group: 'needs_group',
  gone: 'nothing',
} as const

const remedies: Record<Reach, string | null> = {
  online: null,
  gateway_away: 'The order lies on the connector’s disk and is carried out first thing when its gateway is back.',
  connector_offline: 'The order is delivered before anything else when the connector is back.',
  paused: 'Resume the connector: the order is delivered before anything else.',
  no_group: 'Start the connector with the group stop, such as --groups read,approvals,stop.',
  gone: 'The connector was removed: stop its agents at the gateway itself.',
}

/** How it can be reached, what happens when it is back, and the way out. */
export const whereabouts = (reach: Reach) => ({ reach, onReconnect: next[reach], remedy: remedies[reach] })

/** What the whole order is, by its targets. */
export const orderState = (
  { recoverAt, endedAt }: { recoverAt: number | null; endedAt: number | null },
  targets: readonly Pick<KillTarget, 'state' | 'reach'>[],
): KillOrder['state'] => {
  if (endedAt !== null) return 'recovered'
  if (recoverAt !== null) return 'recovering'
  const any = (state: TargetState) => targets.some((target) => target.state === state)
  if (any('broken')) return 'broken'
  if (any('failed')) return 'incomplete'
  const open = targets.filter(({ state }) => state !== 'confirmed')
  if (open.length === 0) return 'stopped'
  return open.every(({ reach }) => reach !== 'online') ? 'incomplete' : 'stopping'
}

/** The id of the command that tells a connector of an order; `revision` counts what it has to be told. */
export const commandIdOf = (orderId: string, revision: number, what: 'stop' | 'recover'): string =>
  `${orderId}.${revision}.${what}`

export const orderOfCommand = (
  commandId: string,
): { orderId: string; revision: number; what: 'stop' | 'recover' } | null => {
  const [orderId, revision, what] = commandId.split('.')
  if (!orderId?.startsWith('kil_') || (what !== 'stop' && what !== 'recover')) return null
  return { orderId, revision: Number(revision), what }
}
