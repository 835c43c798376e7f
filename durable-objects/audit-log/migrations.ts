import { alarmsMigration } from '../support/alarms.ts'
import { expiringMigration } from './archive/expire.ts'
import { archiveMigration } from './archive/migration.ts'
import { trimBeginMigration } from './archive/window.ts'
import { hoursMigration } from './hours.ts'
import { listenersMigration } from './listeners.ts'
import { successionMigration } from './log-keys.ts'
import { mergeLaterMigration, searchIndexMigration } from './search-index.ts'
import { segmentsMigration } from './segments/migration.ts'
import { erasureMigration } from './subjects.ts'
import { fullTilesMigration, nodesInsideMigration } from './tree.ts'
import { witnessesMigration } from './witnesses/store.ts'

/** Only ever appended to. Times are milliseconds since 1970; risk is 0 low … 3 critical. */
export const migrations = [
  `CREATE TABLE events (
     seq INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE,
     id TEXT NOT NULL,
     type TEXT NOT NULL,
     at INTEGER NOT NULL,
     recorded_at INTEGER NOT NULL,
     actor_kind TEXT NOT NULL,
     actor_id TEXT NOT NULL,
     agent_id TEXT,
     connector_id TEXT,
     target TEXT,
     risk INTEGER NOT NULL,
     trace_id TEXT,
     leaf TEXT NOT NULL,
     leaf_hash BLOB NOT NULL,
     payload TEXT NOT NULL,
     salt BLOB NOT NULL
   );
   CREATE INDEX events_by_agent ON events (agent_id, seq) WHERE agent_id IS NOT NULL;
   CREATE INDEX events_by_trace ON events (trace_id, seq) WHERE trace_id IS NOT NULL;`,
  alarmsMigration,
  // Roots of full tiles: a cache of what the leaf hashes say, made when a checkpoint first needs it.
  `CREATE TABLE nodes (level INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, n)) WITHOUT ROWID;
   CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL, signed_at INTEGER NOT NULL);
   CREATE TABLE log_keys (
     key_id TEXT PRIMARY KEY,
     origin TEXT NOT NULL,
     public_key BLOB NOT NULL,
     sealed TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     retired_at INTEGER
   );`,
  searchIndexMigration,
  erasureMigration,
  witnessesMigration,
  archiveMigration,
  listenersMigration,
  successionMigration,
  fullTilesMigration,
  nodesInsideMigration,
  trimBeginMigration,
  expiringMigration,
  hoursMigration,
  segmentsMigration,
  mergeLaterMigration,
] as const
