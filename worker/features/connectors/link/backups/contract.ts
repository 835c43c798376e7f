import { z } from 'zod'
import { Id } from '../../../../platform/contract.ts'

/**
 * What the cloud may ask of a connector that was started with a passphrase for backups. The passphrase is in a file on the
 * connector's machine; it and what it opens never leave that machine. Each is carried out once for its command id.
 */
const Count = z.number().int().nonnegative()

/** Save the gateway under the passphrase and upload the package as this artifact. */
export const MakeBackup = z.object({ artifactId: Id('art') })
export type MakeBackup = z.infer<typeof MakeBackup>

/** Download this artifact, open it with the passphrase, and hold every entry against the manifest. */
export const ProveBackup = z.object({ artifactId: Id('art') })
export type ProveBackup = z.infer<typeof ProveBackup>

/** Everything was read to the end and is as the manifest says; or why not, in one of the package's own words. */
export const BackupProof = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('passed'), entries: Count, bytes: Count, durationMs: Count }),
  z.object({ outcome: z.literal('failed'), kind: z.string().max(60), detail: z.string().max(1_000) }),
])
export type BackupProof = z.infer<typeof BackupProof>
