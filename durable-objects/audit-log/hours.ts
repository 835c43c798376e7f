import { risks } from '../../worker/platform/contract.ts'
import type { LeafFacts } from './leaf-facts.ts'
import type { HourlyCounts } from './rpc.ts'

const hourMs = 3_600_000
const riskyFrom = risks.indexOf('high')

/**
 * How many events were recorded in each hour since 1970, as far as they are indexed: an overview asks for a day of it
 * every few seconds, and a day may have a million events.
 */
export const hoursMigration = `
  CREATE TABLE hours (hour INTEGER PRIMARY KEY, events INTEGER NOT NULL, risky INTEGER NOT NULL);
  INSERT INTO hours (hour, events, risky)
    SELECT recorded_at / ${hourMs}, count(*), sum(risk >= ${riskyFrom}) FROM events
    WHERE seq <= (SELECT through FROM indexed) GROUP BY 1;`

/** Counts events in. Runs in the transaction that indexes them, so each is counted once. */
export const countHours = (sql: SqlStorage, events: readonly LeafFacts[]): void => {
  for (const [hour, those] of Map.groupBy(events, ({ ts }) => Math.floor(ts / hourMs))) {
    const risky = those.filter(({ risk }) => risks.indexOf(risk) >= riskyFrom).length
    sql.exec(
      `INSERT INTO hours (hour, events, risky) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET events = events + excluded.events, risky = risky + excluded.risky`,
      hour,
      those.length,
      risky,
    )
  }
}

/** Of the last `hours` until `now`, in milliseconds since 1970, oldest first. What is not indexed is not in it. */
export const hourlyCounts = (sql: SqlStorage, hours: number, now: number): HourlyCounts => {
  const first = Math.floor(now / hourMs) - hours + 1
  const counts: HourlyCounts = { events: Array(hours).fill(0), risky: Array(hours).fill(0) }
  const rows = sql.exec<{ hour: number; events: number; risky: number }>(
    'SELECT hour, events, risky FROM hours WHERE hour >= ? AND hour < ?',
    first,
    first + hours,
  )
  for (const { hour, events, risky } of rows) {
    counts.events[hour - first] = events
    counts.risky[hour - first] = risky
  }
  return counts
}
