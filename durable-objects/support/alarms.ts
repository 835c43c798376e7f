/**
 * Several named alarms on the one that an object has. Kept in SQLite, so they survive eviction and restart. The table
 * belongs into the object's migrations: `alarmsMigration`.
 */
export const alarmsMigration = 'CREATE TABLE alarms (name TEXT PRIMARY KEY, due INTEGER NOT NULL) WITHOUT ROWID'

export class Alarms<Name extends string> {
  private readonly storage: DurableObjectStorage
  private readonly names: readonly Name[]

  constructor(storage: DurableObjectStorage, names: readonly Name[]) {
    this.storage = storage
    this.names = names
  }

  /** Sets or moves an alarm; `due` in milliseconds since 1970. */
  async set(name: Name, due: number): Promise<void> {
    this.storage.sql.exec('INSERT OR REPLACE INTO alarms (name, due) VALUES (?, ?)', name, due)
    await this.arm()
  }

  async clear(name: Name): Promise<void> {
    this.storage.sql.exec('DELETE FROM alarms WHERE name = ?', name)
    await this.arm()
  }

  /**
   * Runs what is due. An alarm is taken off before it runs, so that it can set itself again, and put back when it
   * throws: the platform then retries the whole call.
   */
  async run(now: number, handle: (name: Name) => Promise<void>): Promise<void> {
    const due = this.storage.sql
      .exec<{ name: string; due: number }>('SELECT name, due FROM alarms WHERE due <= ? ORDER BY due', now)
      .toArray()
    for (const row of due) {
      const name = this.names.find((known) => known === row.name)
      this.storage.sql.exec('DELETE FROM alarms WHERE name = ?', row.name)
      if (!name) continue
      try {
        await handle(name)
      } catch (error) {
        this.storage.sql.exec('INSERT OR IGNORE INTO alarms (name, due) VALUES (?, ?)', name, row.due)
        throw error
      }
    }
    await this.arm()
  }

  private async arm(): Promise<void> {
    const [next] = this.storage.sql.exec<{ due: number | null }>('SELECT min(due) AS due FROM alarms').toArray()
    if (next?.due === null || next?.due === undefined) await this.storage.deleteAlarm()
    else if ((await this.storage.getAlarm()) !== next.due) await this.storage.setAlarm(next.due)
  }
}
