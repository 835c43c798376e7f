import { GatewaySigns, HealthBook } from '../../../worker/features/health/book/contract.ts'

const unknownSigns: GatewaySigns = {
  isConnected: false,
  detail: null,
  connectedAt: null,
  heardAt: null,
  restartedAt: [],
  issues: null,
}

/** What the session remembers of health between two looks: a book for each agent, one for itself under ``. */
export class HealthBooks {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  read(agent: string): HealthBook | null {
    const [row] = this.sql.exec<{ body: string }>('SELECT body FROM health_books WHERE agent = ?', agent).toArray()
    return row ? HealthBook.parse(JSON.parse(row.body)) : null
  }

  /** `due`: when it has to be looked at again although nothing happens. */
  write(agent: string, book: HealthBook, due: number | null): void {
    const { followed, changedAt, isFlapping } = book
    if (followed.length === 0 && changedAt.length === 0 && !isFlapping) {
      this.sql.exec('DELETE FROM health_books WHERE agent = ?', agent)
      return
    }
    const body = JSON.stringify(book)
    this.sql.exec('INSERT OR REPLACE INTO health_books (agent, body, due) VALUES (?, ?, ?)', agent, body, due)
  }

  /** Agents about which something is remembered: of most there is nothing. */
  followed(): string[] {
    return this.sql
      .exec<{ agent: string }>("SELECT agent FROM health_books WHERE agent <> ''")
      .toArray()
      .map(({ agent }) => agent)
  }

  /** Only of what is still to come: what was due and not judged waits for the next look that can. */
  nextDue(now: number): number | null {
    return this.sql.exec<{ due: number | null }>('SELECT min(due) AS due FROM health_books WHERE due > ?', now).one()
      .due
  }

  signs(): GatewaySigns {
    const [row] = this.sql.exec<{ body: string }>('SELECT body FROM gateway_signs').toArray()
    return row ? GatewaySigns.parse(JSON.parse(row.body)) : unknownSigns
  }

  keepSigns(signs: GatewaySigns): void {
    this.sql.exec('INSERT OR REPLACE INTO gateway_signs (only, body) VALUES (1, ?)', JSON.stringify(signs))
  }
}
