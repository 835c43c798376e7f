import { alarmsMigration } from '../support/alarms.ts'

/** Only ever appended to. Times are milliseconds since 1970. */
export const migrations = [
  alarmsMigration,
  `CREATE TABLE identity (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     organization_id TEXT NOT NULL,
     connector_id TEXT NOT NULL
   );
   CREATE TABLE commands (id TEXT PRIMARY KEY, body TEXT NOT NULL, deadline INTEGER NOT NULL);
   CREATE TABLE runs (run_id TEXT PRIMARY KEY, agent TEXT NOT NULL, started_at INTEGER NOT NULL);`,
] as const
