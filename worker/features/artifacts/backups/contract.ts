import { z } from 'zod'
import { Id, Timestamp } from '../../../platform/contract.ts'
import { Artifact } from '../contract.ts'
import { ArtifactDrill } from '../drills/contract.ts'
import { BackupSchedule } from '../schedules/contract.ts'

/** no_group: the connector was not started with a passphrase for backups. */
export const backupReaches = ['ready', 'gateway_away', 'connector_offline', 'paused', 'no_group'] as const
export type BackupReach = (typeof backupReaches)[number]

/** How it stands with the backups of a connector. */
export const BackupStanding = z.object({
  connectorId: Id('con'),
  connectorName: z.string(),
  reach: z.enum(backupReaches),
  schedule: BackupSchedule.nullable(),
  /** Since when one is due that could not be made; null while none is late. */
  lateSince: Timestamp.nullable(),
  /** Being made now. */
  open: Artifact.nullable(),
  /** The newest that its connector made. */
  lastStored: Artifact.nullable(),
  /** Last opened with its passphrase and found whole: up to here it is proven that everything can be put back. */
  lastProven: Artifact.nullable(),
  /** The newest attempt that failed; null when one was stored since. */
  lastFailed: Artifact.nullable(),
  lastDrill: ArtifactDrill.nullable(),
})
export type BackupStanding = z.infer<typeof BackupStanding>
export const BackupStandings = z.object({ items: z.array(BackupStanding) })
