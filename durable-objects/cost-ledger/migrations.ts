import { alarmsMigration } from '../support/alarms.ts'

/** Only ever appended to. Times are milliseconds since 1970, money is micro-USD. */
export const migrations = [
  alarmsMigration,
  `CREATE TABLE identity (only INTEGER PRIMARY KEY CHECK (only = 1), organization_id TEXT NOT NULL);
   CREATE TABLE usage (
     connector_id TEXT NOT NULL,
     run_id TEXT NOT NULL,
     agent TEXT NOT NULL,
     agent_id TEXT,
     resource_group TEXT,
     model TEXT,
     at INTEGER NOT NULL,
     input_tokens INTEGER NOT NULL,
     output_tokens INTEGER NOT NULL,
     cost INTEGER,
     PRIMARY KEY (connector_id, run_id)
   ) WITHOUT ROWID;
   CREATE INDEX usage_by_time ON usage (at);
   CREATE INDEX usage_priced ON usage (agent_id, at) WHERE cost IS NOT NULL;`,
  // What each day's sums are, as whole rows; what D1 does not have yet is where `revision` is beyond `projected`.
  `CREATE TABLE days (
     day TEXT NOT NULL,
     connector_id TEXT NOT NULL,
     agent TEXT NOT NULL,
     model TEXT NOT NULL,
     runs INTEGER NOT NULL,
     unpriced INTEGER NOT NULL,
     input_tokens INTEGER NOT NULL,
     output_tokens INTEGER NOT NULL,
     cost INTEGER NOT NULL,
     revision INTEGER NOT NULL,
     projected INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (day, connector_id, agent, model)
   );
   CREATE INDEX days_to_project ON days (revision) WHERE revision > projected;`,
  // `shape`: period and time zone, for a budget that gets others begins to count anew.
  `CREATE TABLE budgets (
     id TEXT PRIMARY KEY,
     version INTEGER NOT NULL,
     settings TEXT,
     is_removed INTEGER NOT NULL DEFAULT 0
   ) WITHOUT ROWID;
   CREATE TABLE standings (
     budget_id TEXT NOT NULL,
     shape TEXT NOT NULL,
     start INTEGER NOT NULL,
     "end" INTEGER NOT NULL,
     spent INTEGER NOT NULL,
     runs INTEGER NOT NULL,
     unpriced INTEGER NOT NULL,
     added INTEGER NOT NULL DEFAULT 0,
     is_warned INTEGER NOT NULL DEFAULT 0,
     is_exceeded INTEGER NOT NULL DEFAULT 0,
     breaker TEXT NOT NULL DEFAULT 'closed' CHECK (breaker IN ('closed', 'asking', 'open')),
     since INTEGER,
     opening INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (budget_id, shape, start)
   ) WITHOUT ROWID;
   CREATE INDEX standings_held ON standings ("end") WHERE breaker <> 'closed';`,
  // To be carried out: each row stays until it is done. `begun`: an order may be there already.
  `CREATE TABLE tellings (position INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
   CREATE TABLE stops (
     key TEXT PRIMARY KEY,
     budget_id TEXT NOT NULL,
     shape TEXT NOT NULL,
     start INTEGER NOT NULL,
     scope TEXT NOT NULL,
     state TEXT NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'begun', 'ordered', 'released')),
     order_id TEXT,
     release_reason TEXT
   ) WITHOUT ROWID;
   CREATE INDEX stops_of_standing ON stops (budget_id, shape, start);
   CREATE INDEX stops_to_do ON stops (key)
     WHERE state IN ('wanted', 'begun') OR (state = 'ordered' AND release_reason IS NOT NULL);
   CREATE TABLE raises (
     key TEXT PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('ask', 'override')),
     budget_id TEXT NOT NULL,
     shape TEXT NOT NULL,
     start INTEGER NOT NULL,
     amount INTEGER NOT NULL,
     reason TEXT NOT NULL,
     by_kind TEXT NOT NULL,
     by_id TEXT NOT NULL,
     by_name TEXT NOT NULL,
     approval_id TEXT UNIQUE,
     state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dropped', 'applied', 'refused'))
   ) WITHOUT ROWID;
   CREATE INDEX raises_to_do ON raises (key) WHERE state IN ('waiting', 'dropped');
   CREATE TABLE alerts (
     budget_id TEXT PRIMARY KEY,
     state TEXT NOT NULL,
     since INTEGER NOT NULL,
     until INTEGER NOT NULL,
     revision INTEGER NOT NULL,
     projected INTEGER NOT NULL DEFAULT 0
   ) WITHOUT ROWID;`,
] as const
