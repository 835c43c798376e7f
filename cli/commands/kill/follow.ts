import { setTimeout as pause } from 'node:timers/promises'
import { KillOrder, type KillTarget } from '../../../worker/features/kill-switch/contract.ts'
import type { Session } from '../../api/session.ts'
import { exitCodes, Failure } from '../../output/failure.ts'
import { note, plain, print, printJson, table } from '../../output/output.ts'
import { counted } from '../counted.ts'
import type { JsonOption } from '../json-option.ts'

const pollMs = 250

export const orderPath = (id: string): string => `/kill-switch/orders/${encodeURIComponent(id)}`

/** Tells each change of an order until it is as wanted, can get no further by itself, or time is over. */
export async function follow(
  session: Session,
  first: KillOrder,
  wanted: 'stopped' | 'recovered',
  options: JsonOption & { wait: number },
): Promise<void> {
  const until = Date.now() + options.wait * 1_000
  const told = new Map<string, string>()
  let order = first
  for (;;) {
    if (!options.json) tellChanges(order, told)
    if (order.state === wanted || Date.now() > until || isStuck(order)) break
    await pause(pollMs)
    order = await session.get(orderPath(order.id), KillOrder)
  }
  if (options.json) printJson(order)
  if (order.state === wanted) {
    if (!options.json) print(plain(`${order.scope.name} is ${wanted}. Order ${order.id}`))
    return
  }
  const open = order.targets.filter(({ state }) => state !== 'confirmed' && state !== 'recovered')
  for (const { connectorName, remedy, detail } of open)
    note(plain(`${connectorName}: ${[detail, remedy].filter(Boolean).join(' ') || 'not confirmed yet'}`))
  throw new Failure(
    plain(`NOT EVERYTHING IS ${wanted.toUpperCase()}: order ${order.id} is ${order.state}. It stays in force.`),
    order.state === 'incomplete' || order.state === 'broken' ? exitCodes.refused : exitCodes.expired,
  )
}

/** Only gateways that can not be reached are left: waiting here brings nothing. */
const isStuck = ({ targets, state }: KillOrder): boolean =>
  (state === 'incomplete' || state === 'recovering') &&
  targets.every(({ state, reach }) => state === 'confirmed' || state === 'recovered' || reach !== 'online')

function tellChanges({ targets }: KillOrder, told: Map<string, string>): void {
  for (const target of targets) {
    const line = lineOf(target)
    if (told.get(target.connectorId) === line) continue
    told.set(target.connectorId, line)
    note(plain(line))
  }
}

const lineOf = (target: KillTarget): string => {
  const { connectorName, state, reach, agents, confirmed, confirmedMs } = target
  const time = state === 'confirmed' && confirmedMs !== null ? ` after ${confirmedMs} ms` : ''
  const all = counted(agents, 'agent')
  const howMany = state === 'recovering' || state === 'recovered' ? all : `${confirmed} of ${all}`
  return `${connectorName}: ${reach === 'online' ? '' : `${reach}, `}${state}${time} (${howMany})`
}

export const targetsTable = (targets: readonly KillTarget[]): string =>
  table(targets, {
    connector: ({ connectorName, connectorId }) => connectorName || connectorId,
    reach: ({ reach }) => reach,
    state: ({ state }) => state,
    agents: ({ agents }) => agents,
    confirmed: ({ confirmed }) => confirmed,
    ms: ({ confirmedMs }) => confirmedMs,
    detail: ({ detail, remedy }) => detail ?? remedy,
  })
