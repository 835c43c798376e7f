export interface Alert extends Record<string, SqlStorageValue> {
  budget_id: string
  state: 'ok' | 'warned' | 'exceeded'
  since: number
  until: number
  revision: number
}

/** Which budgets are at or over their warning, as whole rows that are told to D1. Nothing here awaits. */
export class Alerts {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  set(budgetId: string, state: Alert['state'], until: number, now: number): void {
    if (state === 'ok') this.calm(budgetId, now)
    else this.raise(budgetId, state, until, now)
  }

  private raise(budgetId: string, state: Alert['state'], until: number, now: number): void {
    this.sql.exec(
      `INSERT INTO alerts (budget_id, state, since, until, revision) VALUES (?1, ?2, ?4, ?3, 1)
       ON CONFLICT (budget_id) DO UPDATE SET state = ?2, since = ?4, until = ?3, revision = revision + 1
       WHERE state <> ?2 OR until <> ?3`,
      budgetId,
      state,
      until,
      now,
    )
  }

  calm(budgetId: string, now: number): void {
    this.sql.exec(
      `UPDATE alerts SET state = 'ok', since = ?, revision = revision + 1 WHERE budget_id = ? AND state <> 'ok'`,
      now,
      budgetId,
    )
  }

  /** With its period what a budget warned of is over. */
  endBy(now: number): void {
    this.sql.exec(
      `UPDATE alerts SET state = 'ok', since = ?1, revision = revision + 1 WHERE state <> 'ok' AND until <= ?1`,
      now,
    )
  }

  nextEnd(): number | null {
    return this.sql.exec<{ at: number | null }>(`SELECT min(until) AS at FROM alerts WHERE state <> 'ok'`).one().at
  }

  toTell(): Alert[] {
    return this.sql
      .exec<Alert>('SELECT budget_id, state, since, until, revision FROM alerts WHERE revision > projected LIMIT 200')
      .toArray()
  }

  told({ budget_id, revision }: Alert): void {
    this.sql.exec('UPDATE alerts SET projected = ? WHERE budget_id = ?', revision, budget_id)
  }
}
