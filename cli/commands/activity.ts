import type { Command } from 'commander'
import { watchEvents } from '../api/event-stream.ts'
import { Session } from '../api/session.ts'
import { print } from '../output/output.ts'
import { entryLine } from './audit-tail.ts'
import { stopOnInterrupt } from './interrupt.ts'
import { type JsonOption, withJson } from './json-option.ts'

type WatchOptions = JsonOption & { agent?: string; type?: string; risk?: string; after?: number }

export function registerActivity(program: Command): void {
  const activity = program.command('activity').description('what happens now')
  withJson(
    activity
      .command('watch')
      .description('follow events as they come; survives broken connections')
      .option('--agent <id>', 'only of this agent')
      .option('--type <types>', 'types, with commas, or a prefix such as approval.')
      .option('--risk <risks>', 'risks, with commas')
      .option('--after <sequence>', 'begin behind this sequence number', Number),
  ).action(async ({ agent, type, risk, after, ...options }: WatchOptions) => {
    const session = await Session.open(process.env)
    const begin = after !== undefined && Number.isInteger(after) && after >= 0 ? after : null
    for await (const entry of watchEvents(session, { agentId: agent, type, risk }, begin, stopOnInterrupt())) {
      print(options.json ? JSON.stringify(entry) : entryLine(entry))
    }
  })
}
