import type { Command } from 'commander'
import type { AuditEntry } from '../../worker/features/audit/contract.ts'
import { watchEvents } from '../api/event-stream.ts'
import { Session } from '../api/session.ts'
import { note, plain, print } from '../output/output.ts'
import { type FilterOptions, filterOf, sequence, withFilter } from './audit-filter.ts'
import { stopOnInterrupt } from './interrupt.ts'
import { type JsonOption, withJson } from './json-option.ts'

type TailOptions = JsonOption & FilterOptions & { since?: number }

export function registerAuditTail(audit: Command): void {
  const command = audit
    .command('tail')
    .description('follow the audit sequence as it grows; goes on behind the last event over broken connections')
  withJson(
    withFilter(command).option('--since <sequence>', 'begin behind this sequence number; without it, now', sequence),
  ).action(async ({ since, ...options }: TailOptions) => {
    const session = await Session.open(process.env)
    const signal = stopOnInterrupt()
    if (!options.json && process.stderr.isTTY) note('Following. Stop with Ctrl-C.')
    for await (const entry of watchEvents(session, filterOf(options), since ?? null, signal))
      print(options.json ? JSON.stringify(entry) : entryLine(entry))
  })
}

/** One entry in one line. */
export const entryLine = ({ seq, at, risk, type, payload }: AuditEntry): string =>
  plain(
    `${String(seq).padStart(6)}  ${at}  ${risk.padEnd(8)}  ${type.padEnd(22)}  ${JSON.stringify(payload).slice(0, 200)}`,
  )
