import type { Restored } from '../../artifacts/restore/restore.ts'
import { facts, plain, print } from '../../output/output.ts'

/** What became of a restore, for a person. */
export function tellRestored(
  { outcome, checkpoint, created, deleted, jobs, files, differences }: Restored,
  checkpointId: string | null,
): void {
  print(
    facts({
      outcome:
        outcome === 'restored' ? 'restored, and read back as the package says' : 'restored, but not in everything',
      'agents made': created.join(', ') || null,
      'agents deleted': deleted.join(', ') || null,
      'files written': files.written,
      'files removed': files.removed,
      'jobs written': jobs,
      checkpoint,
      'stored as': checkpointId,
    }),
  )
  for (const { path, reason } of differences) print(plain(`  differs ${path}: ${reason}`))
}
