import type { Command } from 'commander'
import { z } from 'zod'
import { ReplayProgress, ReplayResult } from '../../../worker/features/rules/replay/contract.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { eventData } from '../../api/event-stream.ts'
import { Refused } from '../../api/request.ts'
import { Session } from '../../api/session.ts'
import { Failure } from '../../output/failure.ts'
import { note, print, printJson, table } from '../../output/output.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { count } from '../pages.ts'
import { readRulesFile } from './file.ts'

type Options = JsonOption & { days: number; from?: string; to?: string; file?: string; changes: number }

// A result has everything that progress has, so it is looked for first.
const ReplayEvent = z.union([ReplayResult, Problem, ReplayProgress])

export function registerReplay(rules: Command): void {
  withJson(
    rules
      .command('replay')
      .description('what the rules would have made of recorded requests')
      .option('--days <count>', 'of the last days', count, 30)
      .option('--from <time>', 'ISO 8601')
      .option('--to <time>', 'ISO 8601')
      .option('--file <file>', 'the rules of this file, in place of those in force')
      .option('--changes <count>', 'how many of the changes to list', count, 20),
  ).action(async ({ days, from, to, file, changes, ...options }: Options) => {
    const until = to ?? new Date().toISOString()
    const since = from ?? new Date(Date.parse(until) - days * 86_400_000).toISOString()
    const draft = file ? { rules: (await readRulesFile(file)).rules } : {}
    const session = await Session.open(process.env)
    const result = await replay(session, { from: since, to: until, ...draft })
    if (options.json) printJson(result)
    else show(result, changes)
  })
}

async function replay(session: Session, body: object): Promise<ReplayResult> {
  const stream = await session.stream('/approvals/rules/replay', body)
  let told = Date.now()
  for await (const data of eventData(stream)) {
    if (data === null) continue
    const event = ReplayEvent.safeParse(JSON.parse(data))
    if (!event.success) continue
    if ('matrix' in event.data) return event.data
    if ('code' in event.data) throw new Refused(event.data)
    if (!process.stderr.isTTY || Date.now() - told < 1_000) continue
    told = Date.now()
    note(`${event.data.scanned} of ${event.data.total} requests …`)
  }
  throw new Failure('The server ended the replay before its result.')
}

function show({ scanned, ms, matrix, rules, unruled, changed, changes }: ReplayResult, most: number): void {
  const rate = ms > 0 ? `, ${Math.round((scanned / ms) * 1_000)} a second` : ''
  print(
    `${scanned} requests in ${Math.round(ms)} ms${rate}; ${changed} would go another way; no rule applies to ${unruled}.`,
  )
  if (matrix.length > 0) {
    print(
      `\n${table(matrix, {
        'what happened': (cell) => cell.happened,
        'would be': (cell) => cell.would,
        requests: (cell) => cell.count,
        high: (cell) => cell.byRisk.high,
        critical: (cell) => cell.byRisk.critical,
      })}`,
    )
  }
  if (rules.length > 0) {
    print(
      `\n${table(rules, { rule: (rule) => rule.name, in: (rule) => rule.mode, decides: (rule) => rule.hits, failed: (rule) => rule.errors })}`,
    )
  }
  if (changes.length === 0) return
  print(
    `\n${table(changes.slice(0, most), {
      id: (change) => change.approvalId,
      risk: (change) => change.risk,
      from: (change) => change.from,
      to: (change) => change.to,
      rule: (change) => change.ruleName,
      command: (change) => change.command.slice(0, 80),
    })}`,
  )
}
