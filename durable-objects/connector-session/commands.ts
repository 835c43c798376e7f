import type { z } from 'zod'
import { Command, commands } from '../../worker/features/connectors/link/commands/contract.ts'
import type { QueuedCommand } from './rpc.ts'

/** Later than any alarm: what has such a deadline waits until it is answered. */
const never = Date.parse('9000-01-01T00:00:00Z')

const isOfKill = (id: string): boolean => id.startsWith('kil_')

/** Whether only a connector that lets itself be told to stop agents takes it; one of before does not know the words. */
export const isStop = ({ command }: Pick<QueuedCommand, 'command'> | Pick<DurableCommand, 'command'>): boolean =>
  commands[command].group === 'stop'

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
    if (isOfKill(command.id)) {
      this.addOfKill(command.id, body, deadline)
      return
    }
    const denies = command.command === 'approval.resolve' && command.params.decision === 'deny'
    this.sql.exec(
      `INSERT OR ${denies ? 'REPLACE' : 'IGNORE'} INTO commands (id, body, deadline) VALUES (?, ?, ?)`,
      command.id,
      body,
      deadline,
    )
  }

  /** Of an order only the newest that has to be told is of use: a recovery ends the stop that still waits. */
  private addOfKill(id: string, body: string, deadline: number): void {
    const [order = '', revision] = id.split('.')
    const others = this.sql
      .exec<{ id: string }>('SELECT id FROM commands WHERE id > ? AND id < ?', `${order}.`, `${order}/`)
      .toArray()
    if (others.some((other) => Number(other.id.split('.')[1]) > Number(revision))) return
    for (const other of others) if (other.id !== id) this.remove(other.id)
    this.sql.exec(
      'INSERT OR IGNORE INTO commands (id, body, deadline, goes_first) VALUES (?, ?, ?, 1)',
      id,
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

  /** Everything that waits: what stops agents first, then in the order in which it came. */
  waiting(now: number): DurableCommand[] {
    return this.sql
      .exec<{ body: string }>('SELECT body FROM commands WHERE deadline > ? ORDER BY goes_first DESC, rowid', now)
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
    return this.sql
      .exec<{ due: number | null }>('SELECT min(deadline) AS due FROM commands WHERE deadline < ?', never)
      .one().due
  }
}
