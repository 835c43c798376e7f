import { z } from 'zod'

/** The log about itself: what it hides, keeps, tells others, and who vouches for it. */
export const logEvents = {
  /** The key and every original of a subject, or what one event said, have been destroyed; hashes and proofs stay. */
  'audit.erased': z.object({
    subject: z.string().nullable(),
    seq: z.number().int().nullable(),
    /** How many events had something of it. */
    events: z.number().int(),
    reason: z.string(),
  }),
  /** Somebody read what had been masked. */
  'audit.revealed': z.object({ seq: z.number().int(), subjects: z.array(z.string()), reason: z.string() }),
  'audit.search-saved': z.object({ searchId: z.string(), name: z.string(), isShared: z.boolean() }),
  'audit.search-changed': z.object({
    searchId: z.string(),
    name: z.string(),
    isShared: z.boolean(),
    fields: z.array(z.string()),
  }),
  'audit.search-removed': z.object({ searchId: z.string(), name: z.string(), isShared: z.boolean() }),
  /** The log has another signing key; the one before vouches for it. */
  'audit.key-rotated': z.object({ vkey: z.string(), replaces: z.string() }),
  /** Somebody took what a search found with them; `through` is how far the sequence reached. */
  'audit.exported': z.object({
    /** tlog: the whole log, with what proves it. */
    format: z.enum(['jsonl', 'csv', 'ocsf', 'tlog']),
    filter: z.record(z.string(), z.unknown()),
    through: z.number().int(),
  }),
  /** How long events are kept; null is for ever. */
  'audit.retention-changed': z.object({
    version: z.number().int(),
    windowDays: z.number().int().nullable(),
    archiveDays: z.number().int().nullable(),
  }),
  /** Archived events left search, after their time; what proves them stays. */
  'audit.trimmed': z.object({ firstSeq: z.number().int(), lastSeq: z.number().int(), events: z.number().int() }),
  /** What archived events between these said has been destroyed, after its time. */
  'audit.archive-expired': z.object({
    firstSeq: z.number().int(),
    lastSeq: z.number().int(),
    events: z.number().int(),
  }),
  /** The archive has something else than was written. */
  'audit.archive-fault': z.object({ path: z.string(), found: z.string() }),
  'audit.hold-placed': z.object({
    holdId: z.string(),
    name: z.string(),
    reason: z.string(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    agentId: z.string().nullable(),
  }),
  'audit.hold-released': z.object({ holdId: z.string(), name: z.string(), reason: z.string() }),
  /** Archived events come back into search for so many days. */
  'audit.restore-begun': z.object({
    restoreId: z.string(),
    from: z.string(),
    to: z.string(),
    days: z.number().int(),
    events: z.number().int(),
    reason: z.string(),
  }),
  'audit.restore-ended': z.object({
    restoreId: z.string(),
    outcome: z.enum(['restored', 'failed']),
    events: z.number().int(),
  }),
  /** The log can be read by whoever knows its public address: checkpoints, keys, hashes and leaves, never a payload. */
  'audit.public-opened': z.object({}),
  'audit.public-closed': z.object({}),
  /** Stands for a row of the outbox that nobody could read: it is set aside, and kept. */
  'audit.entry-unreadable': z.object({ position: z.number().int(), sha256: z.string() }),
  /** What is masked before it is stored; `parts` says which parts of the policy are others than before. */
  'masking.changed': z.object({
    version: z.number().int(),
    parts: z.array(z.string()),
    personal: z.array(z.string()),
    classes: z.array(z.string()),
    keepOriginals: z.boolean(),
  }),
  /** A way by which events leave for a system outside; where to and with which secret is in none of these. */
  'stream.created': z.object({ name: z.string(), kind: z.string(), host: z.string(), after: z.number().int() }),
  'stream.changed': z.object({ name: z.string(), fields: z.array(z.string()), host: z.string() }),
  'stream.paused': z.object({ name: z.string() }),
  'stream.resumed': z.object({ name: z.string() }),
  /** From here on what stands behind `after` is sent again. */
  'stream.replayed': z.object({ name: z.string(), after: z.number().int(), run: z.number().int() }),
  'stream.secret-rotated': z.object({ name: z.string(), bothUntil: z.string() }),
  'stream.tested': z.object({ name: z.string(), outcome: z.string() }),
  'stream.removed': z.object({ name: z.string(), host: z.string() }),
  /** It has stopped: the receiver took nothing for too long, or said that it is gone. */
  'stream.failing': z.object({ name: z.string(), reason: z.string(), after: z.number().int() }),
  /** After it had stopped and somebody resumed it, the receiver takes events again. */
  'stream.recovered': z.object({ name: z.string(), after: z.number().int() }),
  'witness.added': z.object({ witnessId: z.string(), name: z.string(), url: z.string(), vkey: z.string() }),
  'witness.changed': z.object({ witnessId: z.string(), fields: z.array(z.string()), enabled: z.boolean() }),
  'witness.removed': z.object({ witnessId: z.string(), name: z.string() }),
  'witness.policy-changed': z.object({ from: z.number().int(), to: z.number().int() }),
  /** A witness has seen more of the log than there is, or another one: told when it begins, not each time it is asked. */
  'witness.refused': z.object({
    witnessId: z.string(),
    because: z.enum(['shrunk', 'forked']),
    size: z.number().int(),
    witnessSize: z.number().int(),
  }),
  'witness.recovered': z.object({ witnessId: z.string(), size: z.number().int() }),
  /** The organization's own witness, which cosigns the logs of others: its key, and whom it trusts. */
  'witness.key-made': z.object({ vkey: z.string() }),
  'witness.log-trusted': z.object({ logId: z.string(), origin: z.string(), vkeys: z.array(z.string()) }),
  'witness.log-changed': z.object({ logId: z.string(), origin: z.string(), vkeys: z.array(z.string()) }),
  'witness.log-removed': z.object({ logId: z.string(), origin: z.string() }),
  /** A log that it trusts has signed a tree that contradicts what was cosigned before. Told once. */
  'witness.log-contradicted': z.object({
    logId: z.string(),
    origin: z.string(),
    size: z.number().int(),
    cosignedSize: z.number().int(),
  }),
} as const
