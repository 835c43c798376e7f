import type { Command } from 'commander'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { Session } from '../api/session.ts'
import { plain } from '../output/output.ts'
import { registerAuditLog } from './audit-log.ts'
import { type JsonOption, showList, withJson } from './json-option.ts'
import { count, listUpTo } from './pages.ts'

type ListOptions = JsonOption & {
  agent?: string
  connector?: string
  type?: string
  risk?: string
  trace?: string
  from?: string
  to?: string
  order?: string
  limit?: number
}

export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('what was done, by whom, and the proof of it')
  registerAuditLog(audit)
  withJson(
    audit
      .command('list')
      .description('list the audit sequence, newest first')
      .option('--agent <id>')
      .option('--connector <id>')
      .option('--type <types>', 'types, with commas, or a prefix such as approval.')
      .option('--risk <risks>', 'risks, with commas')
      .option('--trace <id>')
      .option('--from <time>', 'ISO 8601')
      .option('--to <time>', 'ISO 8601')
      .option('--order <order>', 'newest or oldest')
      .option('--limit <count>', 'how many', count),
  ).action(async ({ agent, connector, type, risk, trace, from, to, order, limit, ...options }: ListOptions) => {
    const session = await Session.open(process.env)
    const filter = { agentId: agent, connectorId: connector, type, risk, traceId: trace, from, to, order }
    const items = await listUpTo(session, '/audit/events', AuditEntry, filter, limit)
    const columns = {
      seq: (entry: AuditEntry) => entry.seq,
      at: (entry: AuditEntry) => entry.at,
      risk: (entry: AuditEntry) => entry.risk,
      type: (entry: AuditEntry) => entry.type,
      actor: (entry: AuditEntry) => `${entry.actor.kind} ${entry.actor.id}`,
      what: (entry: AuditEntry) => JSON.stringify(entry.payload).slice(0, 120),
    }
    showList(options, items, columns, 'Nothing has happened yet.')
  })
}

/** One entry in one line. */
export const entryLine = ({ seq, at, risk, type, payload }: AuditEntry): string =>
  plain(
    `${String(seq).padStart(6)}  ${at}  ${risk.padEnd(8)}  ${type.padEnd(22)}  ${JSON.stringify(payload).slice(0, 200)}`,
  )
