import type { AuditInput } from '../rpc.ts'

/** How long things are kept; null is for ever. */
export interface RetentionDays {
  /** After so many days archived events leave the object's window: search does not find them, proofs stay. */
  windowDays: number | null
  /** After so many days what archived events said is destroyed; leaves and hashes stay. */
  archiveDays: number | null
}

export interface Retention extends RetentionDays {
  /** 0 until somebody has changed anything. */
  version: number
  changedAt: number | null
  changedByName: string | null
}

/** What is under it is neither erased nor destroyed when its time is over. Times in milliseconds since 1970. */
export interface NewHold {
  id: string
  name: string
  reason: string
  /** Events that happened from here on; null is from the beginning. */
  from: number | null
  /** … and before this; null is without end. */
  to: number | null
  agentId: string | null
  placedByName: string
}

export interface Hold extends NewHold {
  placedAt: number
  releasedAt: number | null
  releasedByName: string | null
  releasedBecause: string | null
}

export interface NewRestore {
  id: string
  from: number
  to: number
  days: number
  askedByName: string
  reason: string
}

export const restoreStates = ['running', 'restored', 'failed', 'ended'] as const
export interface Restore {
  id: string
  from: number
  to: number
  reason: string
  askedAt: number
  askedByName: string
  /** When its events leave the search again. */
  until: number
  state: (typeof restoreStates)[number]
  /** Tiles of 256 events: how many, and how many are back. */
  tiles: number
  done: number
  /** What was wrong with the archive. */
  fault: string | null
}

export interface ArchiveState {
  /** The newest event that is in the archive; 0 for none. */
  archivedThrough: number
  /** Full, signed tiles that are not yet. */
  waiting: number
  /** The newest event that has left the window; 0 for none. */
  trimmedThrough: number
  /** Archived tiles whose payloads have been destroyed after their time. */
  expiredTiles: number
  bytes: number
  lastArchivedAt: number | null
  /** What of the archive was found to be other than it was written. */
  fault: { path: string; found: string; at: number } | null
}

export interface KeepingState {
  archive: ArchiveState
  retention: Retention
  /** The newest first. */
  holds: Hold[]
  restores: Restore[]
}

/** Why nothing is erased: the hold's name. */
export interface Held {
  heldBy: string
}

/** What was asked for can not be had: the archive's file that is not what was written. */
export interface Damaged {
  damaged: string
}

export const restoreTilesMax = 4_000

/** How long an organization's events are kept, and where. Each write and the event that tells of it commit together. */
export interface KeepingRpc {
  keeping(): Promise<KeepingState>
  /** Null when the settings are not at the version that the caller has seen. */
  setRetention(seen: number, days: RetentionDays, byName: string, event: AuditInput): Promise<Retention | null>
  placeHold(hold: NewHold, event: AuditInput): Promise<Hold>
  /** Released before, it answers the same. Null for a hold that there is not. */
  releaseHold(id: string, byName: string, because: string, event: AuditInput): Promise<Hold | null>
  /**
   * Begins to bring what happened between two times back into search. Answers how many tiles it would be when that is
   * none, or more than `restoreTilesMax`; then nothing happens.
   */
  restore(wanted: NewRestore, event: AuditInput): Promise<Restore | { tiles: number }>
}
