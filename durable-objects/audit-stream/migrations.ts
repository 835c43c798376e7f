import { alarmsMigration } from '../support/alarms.ts'

/** Only ever appended to. Times are milliseconds since 1970. */
export const migrations = [
  // `read_through`: how far the log has been looked through; `told_through`: how far the receiver knows that it has been.
  `CREATE TABLE stream (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     stream_id TEXT NOT NULL,
     organization_id TEXT NOT NULL,
     run INTEGER NOT NULL DEFAULT 0,
     version INTEGER NOT NULL DEFAULT 0,
     read_through INTEGER NOT NULL DEFAULT 0,
     told_through INTEGER NOT NULL DEFAULT 0,
     last_seq INTEGER,
     batch_max INTEGER,
     delivered INTEGER NOT NULL DEFAULT 0,
     delivered_at INTEGER
   );
   CREATE TABLE deliveries (
     position INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'given_up')),
     form TEXT NOT NULL,
     run INTEGER NOT NULL,
     after INTEGER NOT NULL,
     read_after INTEGER NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL,
     through INTEGER NOT NULL,
     events INTEGER NOT NULL,
     attempts INTEGER NOT NULL,
     outcome TEXT,
     first_at INTEGER NOT NULL,
     trouble_since INTEGER,
     last_at INTEGER,
     due_at INTEGER NOT NULL
   );
   CREATE UNIQUE INDEX one_pending ON deliveries (state) WHERE state = 'pending';`,
  alarmsMigration,
] as const
