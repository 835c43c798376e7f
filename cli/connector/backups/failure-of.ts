import { PackageError } from '../../../cbpkg/package-error.ts'
import type { CommandFailure } from '../../../worker/features/connectors/link/commands/contract.ts'
import { Refused } from '../../api/request.ts'
import { TooLarge } from '../../gateway/management/refused.ts'
import { exitCodes, Failure } from '../../output/failure.ts'
import { failureOf } from '../failure-of.ts'

/** Why a backup was not made or opened, in the words of the link. What the gateway said is told as everywhere. */
export function backupFailureOf(error: unknown): { failure: CommandFailure; detail: string } {
  if (error instanceof TooLarge) return { failure: 'too_large', detail: error.message }
  if (error instanceof PackageError)
    return { failure: error.kind === 'too_large' ? 'too_large' : 'stale', detail: error.message }
  if (error instanceof Refused) return { failure: error.status === 404 ? 'not_found' : 'stale', detail: error.message }
  // The file with the passphrase is not what it should be.
  if (error instanceof Failure && error.exitCode === exitCodes.usage)
    return { failure: 'invalid', detail: error.message }
  if (error instanceof Failure) return { failure: 'unknown_outcome', detail: error.message }
  return failureOf(error)
}
