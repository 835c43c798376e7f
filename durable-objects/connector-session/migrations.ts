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
  `ALTER TABLE runs ADD COLUMN ended_at INTEGER;
   CREATE INDEX runs_open ON runs (agent) WHERE ended_at IS NULL;
   CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;`,
  `CREATE TABLE gateway_restart (only INTEGER PRIMARY KEY CHECK (only = 1), at INTEGER NOT NULL);`,
  `ALTER TABLE runs ADD COLUMN cost_micro_usd INTEGER;
   CREATE INDEX runs_priced ON runs (agent, ended_at) WHERE cost_micro_usd IS NOT NULL;`,
  `ALTER TABLE runs ADD COLUMN outcome TEXT;
   ALTER TABLE runs ADD COLUMN duration_ms INTEGER;
   CREATE INDEX runs_judged ON runs (agent, ended_at) WHERE outcome IS NOT NULL;
   CREATE TABLE health_books (agent TEXT PRIMARY KEY, body TEXT NOT NULL, due INTEGER) WITHOUT ROWID;
   CREATE TABLE gateway_signs (only INTEGER PRIMARY KEY CHECK (only = 1), body TEXT NOT NULL);`,
  `ALTER TABLE commands ADD COLUMN goes_first INTEGER NOT NULL DEFAULT 0;`,
  `ALTER TABLE runs ADD COLUMN model TEXT;`,
] as const
