import type { Snapshot } from '../../../../worker/features/snapshots/contract.ts'
import type { useT } from '../../../i18n/use-t.ts'

/** Why there is a version, in words. A change that was meant to go back and did a part of it says so. */
export const why = (t: ReturnType<typeof useT>, { cause, restores }: Snapshot): string => {
  if (restores === null) return t(`snapshots.cause.${cause}`)
  return t(cause === 'rollback' ? 'snapshots.restored' : 'snapshots.restoredPart', { version: restores })
}
