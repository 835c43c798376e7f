import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { KillDrill, KilledAgent, KillGateways, KillOrder } from '../../../worker/features/kill-switch/contract.ts'
import { Session } from '../../api/session.ts'
import { exitCodes, Failure } from '../../output/failure.ts'
import { plain, print, printJson, table } from '../../output/output.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listAll, listUpTo } from '../pages.ts'
import { orderPath, targetsTable } from './follow.ts'
import { scopeOf } from './scope.ts'

const drillTakesMs = 300_000
const pollMs = 500

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

  withJson(
    kill
      .command('drill')
      .description('stop a probe agent at a gateway, prove it, and take it away again')
      .argument('<connector>', 'its name or id')
      .option('--may-rewrite', 'also where the gateway rewrites its configuration for a second agent'),
  ).action(async (name: string, _options: unknown, command: Command) => {
    const { json, mayRewrite } = command.optsWithGlobals<JsonOption & { mayRewrite?: boolean }>()
    const session = await Session.open(process.env)
    const scope = await scopeOf(session, `connector:${name}`)
    if (scope.kind !== 'connector') return
    const body = { connectorId: scope.connectorId, mayRewrite: mayRewrite === true }
    const drill = await ended(session, await session.post('/kill-switch/drills', KillDrill, body))
    if (json) printJson(drill)
    else if (drill.report && drill.report.steps.length > 0)
      print(
        table(drill.report.steps, {
          step: ({ step }) => step,
          outcome: ({ outcome }) => outcome,
          ms: ({ startedMs, endedMs }) => endedMs - startedMs,
          detail: ({ detail }) => detail,
        }),
      )
    if (drill.state !== 'passed')
      throw new Failure(
        plain(`The drill is ${drill.state}: ${[drill.detail, optionFor(drill)].filter(Boolean).join(' ')}`),
        exitCodes.refused,
      )
    if (!json) print(plain(drill.detail ?? 'Passed.'))
  })
}

const optionFor = ({ report }: KillDrill): string | null =>
  report?.because?.code === 'would_rewrite' ? 'Here that is --may-rewrite.' : null

async function ended(session: Session, first: KillDrill): Promise<KillDrill> {
  const until = Date.now() + drillTakesMs
  let drill = first
  while (drill.state === 'ordered' && Date.now() < until) {
    await pause(pollMs)
    drill = await session.get(`/kill-switch/drills/${drill.id}`, KillDrill)
  }
  return drill
}
