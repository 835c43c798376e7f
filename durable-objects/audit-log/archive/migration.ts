/**
 * What leaves the window leaves its hashes and the digests of its keys: proofs need the ones, and an event that is told
 * once more the others.
 */
export const archiveMigration = `
  CREATE TABLE archive_tiles (
    n INTEGER PRIMARY KEY,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    openings TEXT,
    sealed_key TEXT,
    bytes INTEGER NOT NULL,
    archived_at INTEGER NOT NULL
  );
  CREATE TABLE archive_litter (path TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE kept_tiles (n INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
  CREATE TABLE kept_keys (digest BLOB PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE retention (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    version INTEGER NOT NULL,
    window_days INTEGER,
    archive_days INTEGER,
    changed_at INTEGER,
    changed_by_name TEXT,
    fault_path TEXT,
    fault_found TEXT,
    fault_at INTEGER
  );
  INSERT INTO retention (only, version) VALUES (1, 0);
  CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    from_at INTEGER,
    to_at INTEGER,
    agent_id TEXT,
    placed_at INTEGER NOT NULL,
    placed_by_name TEXT NOT NULL,
    released_at INTEGER,
    released_by_name TEXT,
    released_because TEXT
  );
  CREATE TABLE restores (
    id TEXT PRIMARY KEY,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    tiles INTEGER NOT NULL,
    done INTEGER NOT NULL,
    next INTEGER NOT NULL,
    state TEXT NOT NULL,
    until INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    asked_by_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    fault TEXT
  );
  CREATE TABLE restored_tiles (n INTEGER PRIMARY KEY, until INTEGER NOT NULL);`
