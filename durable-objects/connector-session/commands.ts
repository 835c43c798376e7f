import type { z } from 'zod'
import { Command } from '../../worker/features/connectors/link/contract.ts'
import type { QueuedCommand } from './rpc.ts'

type DurableCommand = z.infer<typeof Command>

/** Commands that must not be lost: they outlive sockets, eviction and restarts, until answered or overdue. */
export class CommandQueue {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  /** Keeps the command. The same id twice is one command; only to deny replaces what waits under its id. */
  add(command: QueuedCommand): void {
    const body = JSON.stringify({ kind: 'command', ...command })
    const deadline = Date.parse(command.deadline)
    const denies = command.command === 'approval.resolve' && command.params.decision === 'deny'
    this.sql.exec(
      `INSERT OR ${denies ? 'REPLACE' : 'IGNORE'} INTO commands (id, body, deadline) VALUES (?, ?, ?)`,
      command.id,
      body,
      deadline,
    )
  }

  has(id: string): boolean {
    return this.sql.exec('SELECT 1 FROM commands WHERE id = ?', id).toArray().length > 0
  }

  remove(id: string): void {
    this.sql.exec('DELETE FROM commands WHERE id = ?', id)
  }

  clear(): void {
    this.sql.exec('DELETE FROM commands')
  }

  /** Everything that waits, in the order in which it came. */
  waiting(now: number): DurableCommand[] {
    return this.sql
      .exec<{ body: string }>('SELECT body FROM commands WHERE deadline > ? ORDER BY rowid', now)
      .toArray()
      .map((row) => Command.parse(JSON.parse(row.body)))
  }

  overdue(now: number): string[] {
    return this.sql
      .exec<{ id: string }>('SELECT id FROM commands WHERE deadline <= ?', now)
      .toArray()
      .map((row) => row.id)
  }

  nextDeadline(): number | null {
    return this.sql.exec<{ due: number | null }>('SELECT min(deadline) AS due FROM commands').one().due
  }
}
