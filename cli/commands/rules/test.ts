import type { Command } from 'commander'
import { TestedRules, TestFacts } from '../../../worker/features/rules/replay/contract.ts'
import { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import { plain, print, printJson, table } from '../../output/output.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { readRulesFile } from './file.ts'
import { outcomeOf } from './outcome.ts'

type Options = JsonOption & {
  command?: string
  action?: string
  cwd?: string
  risk?: string
  facts?: string
  file?: string
}

export function registerTest(rules: Command): void {
  withJson(
    rules
      .command('test')
      .description('what the rules say of one request: a recorded one, or one that is only imagined')
      .argument('[approval]', 'the id of a recorded request')
      .option('--command <text>')
      .option('--action <name>')
      .option('--cwd <folder>')
      .option('--risk <risk>')
      .option('--facts <json>', 'all facts of an imagined request')
      .option('--file <file>', 'the rules of this file, in place of those in force'),
  ).action(async (approvalId: string | undefined, { file, ...options }: Options) => {
    const facts = factsOf(options)
    if ((approvalId === undefined) === (facts === null))
      throw usage('Give the id of an approval, or facts such as --command.')
    const draft = file ? { rules: (await readRulesFile(file)).rules } : {}
    const session = await Session.open(process.env)
    const request = approvalId === undefined ? { facts } : { approvalId }
    const tested = await session.post('/approvals/rules/test', TestedRules, { ...request, ...draft })
    if (options.json) printJson(tested)
    else show(tested)
  })
}

function factsOf({ command, action, cwd, risk, facts }: Options): TestFacts | null {
  const given = { command, action, cwd, risk }
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (facts === undefined && Object.keys(named).length === 0) return null
  // As the server would split it; what a shell would look into further has no words of its own.
  const words = command && /^[\w@%+=:,./ -]+$/.test(command) ? { argv: command.trim().split(/ +/) } : {}
  const parsed = TestFacts.safeParse({ ...words, ...jsonOf(facts ?? '{}'), ...named })
  if (parsed.success) return parsed.data
  throw usage(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

function jsonOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw usage('--facts takes a JSON object.')
}

function show({ verdict, rules }: TestedRules): void {
  const by = verdict.rule ? `by the rule ${verdict.rule.name}` : 'no rule applies'
  print(plain(`${outcomeOf(verdict.outcome)} (${by}, version ${verdict.version})`))
  if (verdict.error) print(plain(`The condition failed, which refuses: ${verdict.error}`))
  if (rules.length === 0) return
  print(
    table(rules, {
      '': (rule) => (rule.decides ? '→' : ''),
      rule: (rule) => rule.name,
      applies: (rule) => (rule.applies === null ? 'failed' : rule.applies ? 'yes' : 'no'),
      outcome: (rule) => rule.outcome,
      in: (rule) => (rule.enabled ? (rule.mode === 'shadow' ? 'shadow' : 'force') : 'off'),
      error: (rule) => rule.error ?? '',
    }),
  )
}
