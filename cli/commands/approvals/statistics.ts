import type { Command } from 'commander'
import { ApprovalStatistics } from '../../../worker/features/approvals/statistics/contract.ts'
import { Session } from '../../api/session.ts'
import { facts, plain, print, printJson, table } from '../../output/output.ts'
import { spoken } from '../duration.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { count } from '../pages.ts'

export function registerStatistics(approvals: Command): void {
  withJson(
    approvals
      .command('statistics')
      .description('how approvals went, whom they interrupted, and what need not be asked')
      .option('--days <count>', 'of the last days, at most 90', count, 30),
  ).action(async ({ days, ...options }: JsonOption & { days: number }) => {
    const session = await Session.open(process.env)
    const statistics = await session.get('/approvals/statistics', ApprovalStatistics, { days })
    if (options.json) printJson(statistics)
    else show(statistics)
  })
}

function show({ from, to, total, byOutcome, delivery, people, proposals }: ApprovalStatistics): void {
  print(`${total} requests from ${from} to ${to}`)
  const outcomes = Object.entries(byOutcome).filter(([, value]) => value > 0)
  if (outcomes.length > 0)
    print(
      facts(
        Object.fromEntries(
          outcomes.map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), value]),
        ),
      ),
    )
  const times = Object.entries({
    shown: delivery.toShown,
    decided: delivery.toDecided,
    effective: delivery.toEffective,
  })
  print(
    `\n${table(times, {
      'from request to': ([name]) => name,
      count: ([, { count: samples }]) => samples,
      p50: ([, { p50Ms }]) => spoken(p50Ms),
      p90: ([, { p90Ms }]) => spoken(p90Ms),
      p99: ([, { p99Ms }]) => spoken(p99Ms),
    })}`,
  )
  if (people.length > 0) {
    print(
      `\n${table(people, {
        person: (person) => person.name,
        shown: (person) => person.shown,
        decided: (person) => person.decided,
        allowed: (person) => person.allowed,
        median: (person) => spoken(person.medianMs),
      })}`,
    )
  }
  if (proposals.length === 0) return
  print('\nAlways allowed so far; each could be a grant (clawbutler approvals approve <id> --always) or a rule:')
  for (const { asked, pattern, agentName } of proposals)
    print(plain(`  ${asked} times  ${agentName ?? 'any agent'}: ${pattern}`))
}
