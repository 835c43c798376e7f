/**
 * Events stand in rows of a few that came together: a row costs the same whatever it holds, and what an event is, its leaf
 * says already. A segment is never longer than `eventsMax`, nor goes over the end of a tile; all of its events entered the
 * sequence at once. Of a log from before each event has a segment of its own.
 */
export const segmentsMigration = `
  CREATE TABLE segments (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    leaves TEXT NOT NULL,
    hashes BLOB NOT NULL,
    payloads TEXT NOT NULL,
    salts BLOB NOT NULL,
    keys TEXT NOT NULL
  );
  CREATE TABLE event_keys (key TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO segments (first, last, recorded_at, leaves, hashes, payloads, salts, keys)
    SELECT seq, seq, recorded_at, leaf, leaf_hash, coalesce(payload, ''), coalesce(salt, zeroblob(32)), json_array(key)
    FROM events ORDER BY seq;
  INSERT INTO event_keys (key) SELECT key FROM events ORDER BY key;
  DROP TABLE events;`
