import { Command, CommanderError } from 'commander'
import { exitCodes, Failure } from './output/failure.ts'
import { note, plain } from './output/output.ts'
import { version } from './version.ts'

/** By the first word, in the order of the help. Only what was asked for is loaded: that halves the start and the memory. */
const commands: [names: string[], load: () => Promise<(program: Command) => void | Promise<void>>][] = [
  [['connect'], async () => (await import('./commands/connect.ts')).registerConnect],
  [['connector'], async () => (await import('./commands/connector.ts')).registerConnector],
  [['login', 'logout'], async () => (await import('./commands/login.ts')).registerLogin],
  [['whoami', 'capabilities'], async () => (await import('./commands/whoami.ts')).registerWhoami],
  [['agents'], async () => (await import('./commands/agents/agents.ts')).registerAgents],
  [['config'], async () => (await import('./commands/config/config.ts')).registerConfig],
  [['kill', 'recover'], async () => (await import('./commands/kill/kill.ts')).registerKill],
  [['cost'], async () => (await import('./commands/cost.ts')).registerCost],
  [['budgets'], async () => (await import('./commands/budgets/budgets.ts')).registerBudgets],
  [['cron'], async () => (await import('./commands/cron/cron.ts')).registerCron],
  [['memory'], async () => (await import('./commands/memory/memory.ts')).registerMemory],
  [['approvals'], async () => (await import('./commands/approvals/approvals.ts')).registerApprovals],
  [['rules'], async () => (await import('./commands/rules/rules.ts')).registerRules],
  [['grants'], async () => (await import('./commands/grants.ts')).registerGrants],
  [['activity'], async () => (await import('./commands/activity.ts')).registerActivity],
  [['audit'], async () => (await import('./commands/audit.ts')).registerAudit],
  [['connectors'], async () => (await import('./commands/connectors.ts')).registerConnectors],
  [['mail'], async () => (await import('./commands/mail.ts')).registerMail],
  [['plugin'], async () => (await import('./commands/plugin.ts')).registerPlugin],
  [['serve'], async () => (await import('./serve/command.ts')).registerServe],
]

const program = new Command('clawbutler')
  .description('See every agent, approve what is risky, and prove what was done.')
  .version(version)
  .showHelpAfterError('(add --help for the options)')
  .exitOverride()

try {
  const [first = ''] = process.argv.slice(2)
  const asked = commands.filter(([names]) => names.includes(first))
  for (const [, load] of asked.length > 0 ? asked : commands) await (await load())(program)
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  note(plain(error instanceof Error ? error.message : String(error)))
  return error instanceof Failure ? error.exitCode : exitCodes.failure
}
