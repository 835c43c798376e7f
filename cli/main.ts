import { Command, CommanderError } from 'commander'
import { registerActivity } from './commands/activity.ts'
import { registerAgents } from './commands/agents/agents.ts'
import { registerApprovals } from './commands/approvals/approvals.ts'
import { registerAudit } from './commands/audit.ts'
import { registerConfig } from './commands/config/config.ts'
import { registerConnect } from './commands/connect.ts'
import { registerConnector } from './commands/connector.ts'
import { registerConnectors } from './commands/connectors.ts'
import { registerCron } from './commands/cron/cron.ts'
import { registerGrants } from './commands/grants.ts'
import { registerKill } from './commands/kill/kill.ts'
import { registerLogin } from './commands/login.ts'
import { registerMail } from './commands/mail.ts'
import { registerMemory } from './commands/memory/memory.ts'
import { registerPlugin } from './commands/plugin.ts'
import { registerRules } from './commands/rules/rules.ts'
import { registerWhoami } from './commands/whoami.ts'
import { exitCodes, Failure } from './output/failure.ts'
import { note, plain } from './output/output.ts'
import { registerServe } from './serve/command.ts'
import { version } from './version.ts'

const program = new Command('clawbutler')
  .description('See every agent, approve what is risky, and prove what was done.')
  .version(version)
  .showHelpAfterError('(add --help for the options)')
  .exitOverride()

registerConnect(program)
registerConnector(program)
registerLogin(program)
registerWhoami(program)
registerAgents(program)
registerConfig(program)
registerKill(program)
registerCron(program)
registerMemory(program)
registerApprovals(program)
registerRules(program)
registerGrants(program)
registerActivity(program)
registerAudit(program)
registerConnectors(program)
registerMail(program)
registerPlugin(program)
registerServe(program)

try {
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
