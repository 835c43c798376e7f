import { BudgetSettings } from '../../worker/features/budgets/contract.ts'
import type { BudgetInForce } from './rpc.ts'
import type { Known } from './standings.ts'

interface Row extends Record<string, SqlStorageValue> {
  id: string
  version: number
  settings: string
}

/** The newest version of each budget that the ledger was told. The database owns them; what came late or twice changes nothing. */
export class BudgetBook {
  private readonly sql: SqlStorage
  private cached: Known[] | null = null

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  /** Whether it is newer than what was known. Without settings it is removed, and what it was last stays known. */
  keep({ id, version, settings }: BudgetInForce): boolean {
    this.cached = null
    const { rowsWritten } = this.sql.exec(
      `INSERT INTO budgets (id, version, settings) VALUES (?1, ?2, ?3)
       ON CONFLICT (id) DO UPDATE SET version = ?2, settings = coalesce(?3, settings), is_removed = ?4
       WHERE version < ?2`,
      id,
      version,
      settings === null ? null : JSON.stringify(settings),
      settings === null ? 1 : 0,
    )
    return rowsWritten > 0
  }

  all(): Known[] {
    this.cached ??= this.sql
      .exec<Row>('SELECT * FROM budgets WHERE is_removed = 0 AND settings IS NOT NULL')
      .toArray()
      .map(knownOf)
    return this.cached
  }

  inForce(id: string): Known | null {
    const [row] = this.sql
      .exec<Row>('SELECT * FROM budgets WHERE id = ? AND is_removed = 0 AND settings IS NOT NULL', id)
      .toArray()
    return row ? knownOf(row) : null
  }

  /** Also one that is removed, as it was last. */
  known(id: string): Known | null {
    const [row] = this.sql.exec<Row>('SELECT * FROM budgets WHERE id = ? AND settings IS NOT NULL', id).toArray()
    return row ? knownOf(row) : null
  }
}

const knownOf = ({ id, version, settings }: Row): Known => ({
  id,
  version,
  settings: BudgetSettings.parse(JSON.parse(settings)),
})
