import type { Command } from 'commander'
import { KilledAgent, KillGateways, KillOrder } from '../../../worker/features/kill-switch/contract.ts'
import { Session } from '../../api/session.ts'
import { plain, print, printJson } from '../../output/output.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listAll, listUpTo } from '../pages.ts'
import { orderPath, targetsTable } from './follow.ts'

/** What was ordered, what became of it, and whether it would work. */
export function registerKillReports(kill: Command): void {
  withJson(
    kill
      .command('orders')
      .description('orders, newest first')
      .option('--state <state>', 'open or ended')
      .option('--limit <count>', 'how many', count),
  ).action(async (_options: unknown, command: Command) => {
    const { state, limit, ...options } = command.optsWithGlobals<JsonOption & { state?: string; limit?: number }>()
    const orders = await listUpTo(await Session.open(process.env), '/kill-switch/orders', KillOrder, { state }, limit)
    const columns = {
      id: ({ id }: KillOrder) => id,
      scope: ({ scope }: KillOrder) => scope.kind,
      name: ({ scope }: KillOrder) => scope.name,
      state: ({ state }: KillOrder) => state,
      agents: ({ tally }: KillOrder) => tally.agents,
      confirmed: ({ tally }: KillOrder) => tally.confirmed,
      ordered: ({ orderedAt }: KillOrder) => orderedAt,
      reason: ({ reason }: KillOrder) => reason,
    }
    showList(options, orders, columns, 'Nothing was ever stopped.')
  })

  withJson(kill.command('show').description('one order with the evidence of each agent').argument('<order>')).action(
    async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<JsonOption>()
      const session = await Session.open(process.env)
      const order = await session.get(orderPath(id), KillOrder)
      const agents = await listAll(session, `${orderPath(id)}/agents`, KilledAgent, {})
      if (options.json) return printJson({ ...order, agents })
      print(plain(`${order.scope.name}: ${order.state}, ordered by ${order.orderedBy.name} at ${order.orderedAt}`))
      print(targetsTable(order.targets))
      for (const { name, state, steps, differs } of agents) {
        print(`\n${plain(`${name}: ${state}${differs.length > 0 ? `, differs: ${differs.join(', ')}` : ''}`)}`)
        for (const { step, outcome, startedMs, endedMs, detail } of steps)
          print(plain(`  ${step.padEnd(10)} ${outcome.padEnd(8)} ${startedMs}–${endedMs} ms  ${detail}`))
      }
    },
  )

  withJson(
    kill.command('gateways').description('whether each gateway could be stopped now, and when that was last proven'),
  ).action(async (_options: unknown, command: Command) => {
    const { items } = await (await Session.open(process.env)).get('/kill-switch/gateways', KillGateways)
    const columns = {
      connector: ({ connectorName }: (typeof items)[number]) => connectorName,
      reach: ({ reach }: (typeof items)[number]) => reach,
      'under an order': ({ stoppedAgents }: (typeof items)[number]) => stoppedAgents,
      'last proven': ({ lastProvenAt }: (typeof items)[number]) => lastProvenAt ?? 'never',
      ms: ({ lastProvenMs }: (typeof items)[number]) => lastProvenMs,
    }
    showList(command.optsWithGlobals<JsonOption>(), items, columns, 'No connectors yet.')
  })
}
