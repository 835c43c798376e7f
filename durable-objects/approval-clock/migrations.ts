/** Only ever appended to. Times are milliseconds since 1970. */
export const migrations = [
  `CREATE TABLE identity (only INTEGER PRIMARY KEY CHECK (only = 1), organization_id TEXT NOT NULL);
   CREATE TABLE wakes (at INTEGER PRIMARY KEY);`,
] as const
