import type { Command } from 'commander'
import { registerAuditExport } from './audit-export.ts'
import { registerAuditLog } from './audit-log.ts'
import { registerAuditSearch } from './audit-search.ts'
import { registerAuditStreams } from './audit-streams.ts'
import { registerAuditTail } from './audit-tail.ts'
import { registerAuditWitness } from './audit-witness.ts'

export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('what was done, by whom, and the proof of it')
  registerAuditSearch(audit)
  registerAuditTail(audit)
  registerAuditLog(audit)
  registerAuditExport(audit)
  registerAuditStreams(audit)
  registerAuditWitness(audit)
}
