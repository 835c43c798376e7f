import { readFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { ImportedRules, type RuleDifference, RulesFile } from '../../../worker/features/rules/contract.ts'
import { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import { note, plain, print, printJson } from '../../output/output.ts'
import { agreed } from '../confirm.ts'
import { type JsonOption, withJson } from '../json-option.ts'

export function registerRulesFile(rules: Command): void {
  rules
    .command('export')
    .description('the rules in force as a file for review in git')
    .option('--out <file>', 'write it there instead of printing it')
    .action(async ({ out }: { out?: string }) => {
      const session = await Session.open(process.env)
      const text = JSON.stringify(await session.get('/approvals/rules/export', RulesFile), null, 2)
      if (!out) return print(text)
      await writeFile(out, `${text}\n`)
      note(`Written to ${out}.`)
    })

  withJson(
    rules
      .command('import')
      .description('replace the rules by those of a file; shows what changes first')
      .argument('<file>')
      .option('--dry-run', 'only show what would change')
      .option('--note <text>', 'why; it is kept with the version')
      .option('--yes', 'do not ask'),
  ).action(importRules)
}

/** A rules file of this machine, checked as far as that is possible here. */
export async function readRulesFile(path: string): Promise<RulesFile> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw usage(`${path} cannot be read.`)
  })
  try {
    const parsed = RulesFile.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
    const faults = parsed.error.issues.slice(0, 10).map(({ path: at, message }) => `${at.join('.')}: ${message}`)
    throw usage(`${path} is no rules file: ${faults.join('; ')}`)
  } catch (error) {
    if (error instanceof SyntaxError) throw usage(`${path} is not JSON: ${error.message}`)
    throw error
  }
}

type ImportOptions = JsonOption & { dryRun?: boolean; note?: string; yes?: boolean }

async function importRules(path: string, { dryRun, note: why, yes, ...options }: ImportOptions): Promise<void> {
  const file = await readRulesFile(path)
  const session = await Session.open(process.env)
  const planned = await session.post('/approvals/rules/import', ImportedRules, { file, dryRun: true })
  if (dryRun) {
    if (options.json) printJson(planned)
    else showPlan(planned)
    return
  }
  if (!options.json) showPlan(planned)
  await agreed('Replace the rules?', yes ?? false)
  // On the version that the plan was made for: whoever changed the rules meanwhile is not overwritten.
  const headers = { 'if-match': `"${planned.version}"` }
  const body = { file, ...(why ? { note: why } : {}) }
  const saved = await session.post('/approvals/rules/import', ImportedRules, body, { headers })
  if (options.json) printJson(saved)
  else note(`Version ${saved.version} is in force.`)
}

function showPlan({ difference, warnings }: ImportedRules): void {
  const lines = linesOf(difference)
  print(lines.length > 0 ? lines.join('\n') : 'Nothing changes.')
  for (const { path, message } of warnings) note(plain(`${path}: ${message}`))
}

const linesOf = ({ added, removed, changed, moved }: RuleDifference): string[] =>
  [
    ...added.map(({ name, position }) => `+ ${position + 1}. ${name}`),
    ...removed.map(({ name, position }) => `- ${position + 1}. ${name}`),
    ...changed.flatMap(({ name, fields }) => [
      `~ ${name}`,
      ...fields.map(({ field, from, to }) => `    ${field}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`),
    ]),
    ...moved.map(({ name, from, to }) => `↕ ${name}: ${from + 1} → ${to + 1}`),
  ].map(plain)
