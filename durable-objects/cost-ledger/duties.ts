import type { BudgetScope } from '../../worker/features/budgets/contract.ts'
import type { Happening } from '../../worker/features/budgets/index.ts'
import type { AwaitedRaise, RaiseState } from './rpc.ts'

/** Which standing a duty is about. */
export interface Of {
  budgetId: string
  shape: string
  start: number
}

interface StopRow extends Record<string, SqlStorageValue> {
  key: string
  budget_id: string
  shape: string
  start: number
  scope: string
  state: 'wanted' | 'begun' | 'ordered' | 'released'
  order_id: string | null
  release_reason: string | null
}
export type Stop = StopRow

interface RaiseRow extends Record<string, SqlStorageValue> {
  key: string
  kind: 'ask' | 'override'
  budget_id: string
  shape: string
  start: number
  amount: number
  reason: string
  by_kind: string
  by_id: string
  by_name: string
  approval_id: string | null
  state: RaiseState | 'dropped'
}
export type Raise = RaiseRow

/**
 * What has to follow from what the ledger found, written down with it: tellings, stops, raises that wait for an approval,
 * alerts for health. A row stays until it was carried out. Nothing here awaits.
 */
export class Duties {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  tell(happening: Happening): void {
    this.sql.exec('INSERT INTO tellings (body) VALUES (?)', JSON.stringify(happening))
  }

  tellings(): { position: number; body: string }[] {
    return this.sql
      .exec<{ position: number; body: string }>('SELECT position, body FROM tellings ORDER BY position LIMIT 100')
      .toArray()
  }

  told(position: number): void {
    this.sql.exec('DELETE FROM tellings WHERE position = ?', position)
  }

  /** Under a key that is there already it is the same stop. */
  stop(key: string, { budgetId, shape, start }: Of, scope: BudgetScope): void {
    this.sql.exec(
      'INSERT OR IGNORE INTO stops (key, budget_id, shape, start, scope) VALUES (?, ?, ?, ?, ?)',
      key,
      budgetId,
      shape,
      start,
      JSON.stringify(scope),
    )
  }

  /** What was never begun is forgotten; the rest is taken back when it is ordered. */
  release({ budgetId, shape, start }: Of, reason: string): void {
    const of = [budgetId, shape, start] as const
    this.sql.exec(`DELETE FROM stops WHERE budget_id = ? AND shape = ? AND start = ? AND state = 'wanted'`, ...of)
    this.sql.exec(
      `UPDATE stops SET release_reason = coalesce(release_reason, ?) WHERE budget_id = ? AND shape = ? AND start = ?`,
      reason,
      ...of,
    )
  }

  stopsToDo(): Stop[] {
    return this.sql
      .exec<StopRow>(
        `SELECT * FROM stops WHERE state IN ('wanted', 'begun') OR (state = 'ordered' AND release_reason IS NOT NULL)
         ORDER BY key LIMIT 100`,
      )
      .toArray()
  }

  /** False when nobody wants it any more: it was let go before it was begun. */
  begun(key: string): boolean {
    const { rowsWritten } = this.sql.exec(
      "UPDATE stops SET state = 'begun' WHERE key = ? AND state IN ('wanted', 'begun')",
      key,
    )
    return rowsWritten > 0
  }

  isWanted(key: string): boolean {
    return this.sql.exec('SELECT 1 FROM stops WHERE key = ? AND release_reason IS NULL', key).toArray().length > 0
  }

  ordered(key: string, orderId: string): void {
    this.sql.exec("UPDATE stops SET state = 'ordered', order_id = ? WHERE key = ?", orderId, key)
  }

  released(key: string): void {
    this.sql.exec("UPDATE stops SET state = 'released' WHERE key = ?", key)
  }

  /** Nobody was there to be stopped, or only others than it names: what is used further wants it anew. */
  forgetStop(key: string): void {
    this.sql.exec('DELETE FROM stops WHERE key = ?', key)
  }

  /** Orders that hold something for a standing. */
  ordersOf({ budgetId, shape, start }: Of): string[] {
    return this.sql
      .exec<{ id: string }>(
        `SELECT order_id AS id FROM stops WHERE budget_id = ? AND shape = ? AND start = ? AND order_id IS NOT NULL
         AND release_reason IS NULL ORDER BY order_id`,
        budgetId,
        shape,
        start,
      )
      .toArray()
      .map(({ id }) => id)
  }

  await(key: string, kind: 'ask' | 'override', { budgetId, shape, start }: Of, raise: Omit<AwaitedRaise, 'budgetId'>) {
    this.sql.exec(
      `INSERT OR IGNORE INTO raises
         (key, kind, budget_id, shape, start, amount, reason, by_kind, by_id, by_name, approval_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      key,
      kind,
      budgetId,
      shape,
      start,
      raise.amountMicroUsd,
      raise.reason,
      raise.by.kind,
      raise.by.id,
      raise.by.name,
      raise.approvalId === '' ? null : raise.approvalId,
    )
  }

  asked(key: string, approvalId: string): void {
    this.sql.exec('UPDATE raises SET approval_id = ? WHERE key = ?', approvalId, key)
  }

  raise(approvalId: string): Raise | null {
    return this.sql.exec<RaiseRow>('SELECT * FROM raises WHERE approval_id = ?', approvalId).toArray()[0] ?? null
  }

  raisesToDo(): Raise[] {
    return this.sql
      .exec<RaiseRow>(`SELECT * FROM raises WHERE state IN ('waiting', 'dropped') ORDER BY key LIMIT 200`)
      .toArray()
  }

  /** Nobody waits for it any more. Only what we asked for ourselves is dropped while its period goes on. */
  dropRaises({ budgetId, shape, start }: Of, kinds: 'asks' | 'all'): void {
    this.sql.exec(
      `UPDATE raises SET state = 'dropped'
       WHERE budget_id = ? AND shape = ? AND start = ? AND state = 'waiting' AND (kind = 'ask' OR ? = 'all')`,
      budgetId,
      shape,
      start,
      kinds,
    )
  }

  /** Of a budget that is removed, or counts otherwise than by `shape`. */
  dropRaisesBut(budgetId: string, shape: string | null): void {
    this.sql.exec(
      "UPDATE raises SET state = 'dropped' WHERE budget_id = ?1 AND state = 'waiting' AND (?2 IS NULL OR shape <> ?2)",
      budgetId,
      shape,
    )
  }

  /** True for the one who ends it. */
  endRaise(key: string, state: 'applied' | 'refused'): boolean {
    const { rowsWritten } = this.sql.exec(
      `UPDATE raises SET state = ? WHERE key = ? AND state IN ('waiting', 'dropped')`,
      state,
      key,
    )
    return rowsWritten > 0
  }

  approvalsOf({ budgetId, shape, start }: Of): string[] {
    return this.sql
      .exec<{ id: string }>(
        `SELECT approval_id AS id FROM raises WHERE budget_id = ? AND shape = ? AND start = ? AND state = 'waiting'
         AND approval_id IS NOT NULL ORDER BY approval_id`,
        budgetId,
        shape,
        start,
      )
      .toArray()
      .map(({ id }) => id)
  }
}
