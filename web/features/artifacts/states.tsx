import type { Artifact } from '../../../worker/features/artifacts/contract.ts'
import type { ArtifactDrill } from '../../../worker/features/artifacts/drills/contract.ts'
import type { Restore } from '../../../worker/features/artifacts/restores/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'

const ofArtifact: Record<Artifact['state'], Tone> = {
  ordered: 'busy',
  uploading: 'busy',
  stored: 'good',
  failed: 'bad',
  lost: 'bad',
}
const ofDrill: Record<ArtifactDrill['state'], Tone> = { ordered: 'busy', passed: 'good', failed: 'bad', lapsed: 'warn' }
const ofRestore: Record<Restore['state'], Tone> = {
  waiting: 'warn',
  approved: 'busy',
  started: 'busy',
  finished: 'good',
  failed: 'bad',
  refused: 'off',
  lapsed: 'off',
}

export function ArtifactState({ state }: Pick<Artifact, 'state'>) {
  const t = useT()
  return <Dot tone={ofArtifact[state]}>{t(`backups.state.${state}`)}</Dot>
}

export function DrillState({ state }: Pick<ArtifactDrill, 'state'>) {
  const t = useT()
  return <Dot tone={ofDrill[state]}>{t(`backups.drillState.${state}`)}</Dot>
}

/** One that was applied and is not everywhere as planned says so. */
export function RestoreState({ state, verified }: Pick<Restore, 'state' | 'verified'>) {
  const t = useT()
  if (state === 'finished' && verified === false) return <Dot tone="warn">{t('backups.restoreDiffers')}</Dot>
  return <Dot tone={ofRestore[state]}>{t(`backups.restoreState.${state}`)}</Dot>
}
