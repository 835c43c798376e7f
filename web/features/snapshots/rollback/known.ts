import type { AgentChange } from '../../../../worker/features/agents/changes/contract.ts'
import type { RolledBack, RolledBackFile } from '../../../../worker/features/snapshots/contract.ts'

type Ending = RolledBack['state'] | 'failed' | 'lapsed'

/** What became of a rollback as far as it is known by now: `change` is the one whose end nobody knew when it was answered. */
export const knownOf = (
  result: RolledBack,
  change: AgentChange | null,
): { state: Ending; files: readonly RolledBackFile[] } => {
  if (result.state !== 'under_way' || !change || change.state === 'ordered' || change.state === 'confirmed')
    return { state: result.state, files: result.files }
  if (change.state === 'lapsed') return { state: 'lapsed', files: result.files }
  const files = result.files.map((file) =>
    file.changeId === change.id ? { ...file, outcome: 'not_written' as const, detail: change.detail } : file,
  )
  // Of several files those before it are written, so that not everything is as it was.
  return { state: files.some(({ outcome }) => outcome === 'written') ? 'partial' : 'failed', files }
}
