import { logFault } from '../../worker/platform/log.ts'

/**
 * Several named alarms on the one that an object has. Kept in SQLite, so they survive eviction and restart. The table
 * belongs into the object's migrations: `alarmsMigration`.
 */
export const alarmsMigration = 'CREATE TABLE alarms (name TEXT PRIMARY KEY, due INTEGER NOT NULL) WITHOUT ROWID'

const retryMs = 5_000

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

  /** Sets an alarm that is not set yet, and leaves alone one that is. */
  async setIfUnset(name: Name, due: number): Promise<void> {
    this.storage.sql.exec('INSERT OR IGNORE INTO alarms (name, due) VALUES (?, ?)', name, due)
    await this.arm()
  }

  /** Sets an alarm, or moves it to later; one that is due later still stays. */
  async delay(name: Name, due: number): Promise<void> {
    this.storage.sql.exec(
      'INSERT INTO alarms (name, due) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET due = max(due, excluded.due)',
      name,
      due,
    )
    await this.arm()
  }

  async clear(name: Name): Promise<void> {
    this.storage.sql.exec('DELETE FROM alarms WHERE name = ?', name)
    await this.arm()
  }

  async clearAll(): Promise<void> {
    this.storage.sql.exec('DELETE FROM alarms')
    await this.arm()
  }

  /**
   * Runs what is due. An alarm is taken off only when it has run and has not set itself again, so that a crash in
   * between repeats it. One that throws is logged and runs again soon, for as long as it takes: the platform would give
   * up after a few tries. It does not hold back the others.
   */
  async run(now: number, handle: (name: Name, due: number) => Promise<void>): Promise<void> {
    const rows = this.storage.sql
      .exec<{ name: string; due: number }>('SELECT name, due FROM alarms WHERE due <= ? ORDER BY due', now)
      .toArray()
    for (const { name, due } of rows) {
      const known = this.names.find((each) => each === name)
      try {
        if (known) await handle(known, due)
        this.storage.sql.exec('DELETE FROM alarms WHERE name = ? AND due = ?', name, due)
      } catch (error) {
        logFault('alarm.failed', error, { alarm: name })
        this.storage.sql.exec('UPDATE alarms SET due = ? WHERE name = ? AND due = ?', now + retryMs, name, due)
      }
    }
    await this.arm()
  }

  private async arm(): Promise<void> {
    const { due } = this.storage.sql.exec<{ due: number | null }>('SELECT min(due) AS due FROM alarms').one()
    if (due === null) await this.storage.deleteAlarm()
    else if ((await this.storage.getAlarm()) !== due) await this.storage.setAlarm(due)
  }
}
