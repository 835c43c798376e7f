import type { Command } from 'commander'
import type { z } from 'zod'
import { ConditionCheck } from '../../../worker/features/rules/condition/contract.ts'
import { RuleSet, RuleSetVersion } from '../../../worker/features/rules/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure } from '../../output/failure.ts'
import { note, plain, print, printJson, table } from '../../output/output.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { registerRulesFile } from './file.ts'
import { outcomeOf } from './outcome.ts'
import { registerReplay } from './replay.ts'
import { registerTest } from './test.ts'

export function registerRules(program: Command): void {
  const rules = program.command('rules').description('which requests are allowed, refused, or asked about, and of whom')
  withJson(
    rules
      .command('show')
      .description('the rules in force, in their order')
      .option('--version <number>', 'as they were in this version', count),
  ).action(async ({ version, ...options }: JsonOption & { version?: number }) => {
    const session = await Session.open(process.env)
    const path = version ? `/approvals/rules/versions/${version}` : '/approvals/rules'
    const set = await session.get(path, RuleSet)
    if (options.json) printJson(set)
    else showSet(set)
  })

  withJson(
    rules.command('history').description('every version of the rules').option('--limit <count>', 'how many', count),
  ).action(async ({ limit, ...options }: JsonOption & { limit?: number }) => {
    const session = await Session.open(process.env)
    const items = await listUpTo(session, '/approvals/rules/versions', RuleSetVersion, {}, limit)
    const columns = {
      version: (set: Version) => set.version,
      at: (set: Version) => set.changedAt,
      by: (set: Version) => set.changedBy?.name ?? null,
      rules: (set: Version) => set.count,
      note: (set: Version) => set.note,
    }
    showList(options, items, columns, 'No rule has ever been written.')
  })

  withJson(
    rules
      .command('check')
      .description('whether a condition can be saved, and what is wrong with it')
      .argument('<condition>'),
  ).action(async (condition: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    const check = await session.post('/approvals/rules/check', ConditionCheck, { condition })
    if (options.json) printJson(check)
    else showCheck(condition, check)
    if (!check.ok) throw new Failure('The condition cannot be saved.')
  })

  registerRulesFile(rules)
  registerTest(rules)
  registerReplay(rules)
}

type Version = z.infer<typeof RuleSetVersion>

function showSet({ version, rules, changedAt, changedBy, note: why }: RuleSet): void {
  const who = changedBy ? `, ${changedAt} by ${changedBy.name}` : ''
  note(plain(`Version ${version}${who}${why ? `: ${why}` : ''}`))
  if (rules.length === 0) {
    print('No rules: every request is asked about.')
    return
  }
  print(
    table([...rules.entries()], {
      '#': ([index]) => index + 1,
      name: ([, rule]) => rule.name,
      in: ([, rule]) => (rule.enabled ? (rule.mode === 'shadow' ? 'shadow' : 'force') : 'off'),
      outcome: ([, rule]) => outcomeOf(rule.outcome),
      condition: ([, rule]) => rule.condition,
    }),
  )
}

function showCheck(condition: string, { ok, faults, warnings, cost, costMax, variables }: ConditionCheck): void {
  for (const { offset, message, suggestion } of [...faults, ...warnings]) {
    const line = condition.slice(0, offset).split('\n').length
    print(plain(`at ${offset} (line ${line}): ${message}${suggestion ? ` Did you mean ${suggestion}?` : ''}`))
    print(
      `  ${plain(condition.slice(Math.max(0, offset - 30), offset))}⟦${plain(condition.slice(offset, offset + 30))}⟧`,
    )
  }
  if (ok) print(`Good: at most ${cost} of ${costMax} steps; looks at ${variables.join(', ') || 'nothing'}.`)
}
