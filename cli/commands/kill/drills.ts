import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { KillDrill } from '../../../worker/features/kill-switch/contract.ts'
import { Session } from '../../api/session.ts'
import { exitCodes, Failure } from '../../output/failure.ts'
import { plain, print, printJson, table } from '../../output/output.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { scopeOf } from './scope.ts'

const drillTakesMs = 300_000
const pollMs = 500

/** Proof, without harm, that a gateway could be stopped; and its history. */
export function registerKillDrills(kill: Command): void {
  withJson(
    kill
      .command('drills')
      .description('drills, newest first, with the time that each took to be confirmed')
      .option('--connector <connector>', 'only of this one: its name or id')
      .option('--limit <count>', 'how many', count),
  ).action(async (_options: unknown, command: Command) => {
    const given = command.optsWithGlobals<JsonOption & { connector?: string; limit?: number }>()
    const session = await Session.open(process.env)
    const scope = given.connector === undefined ? null : await scopeOf(session, `connector:${given.connector}`)
    const connectorId = scope?.kind === 'connector' ? scope.connectorId : undefined
    const drills = await listUpTo(session, '/kill-switch/drills', KillDrill, { connectorId }, given.limit)
    const columns = {
      id: ({ id }: KillDrill) => id,
      connector: ({ connectorName }: KillDrill) => connectorName,
      state: ({ state }: KillDrill) => state,
      ms: ({ report }: KillDrill) => report?.confirmedMs ?? null,
      ordered: ({ orderedAt }: KillDrill) => orderedAt,
      by: ({ orderedBy }: KillDrill) => orderedBy.name,
      detail: ({ detail }: KillDrill) => detail,
    }
    showList(given, drills, columns, 'No drill was ever made. Make one: clawbutler kill drill <connector>')
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
