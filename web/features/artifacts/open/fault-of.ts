import { PackageError } from '../../../../cbpkg/package-error.ts'
import type { Fault } from './messages.ts'

/** A file that was moved or changed under a browser's hands can not be read any more, and rejects as a `DOMException`. */
export const faultOf = (error: unknown): Fault => {
  if (error instanceof PackageError) return error.kind
  // Browsers keep it to secure contexts.
  if (globalThis.crypto?.subtle === undefined) return 'no_cryptography'
  if (error instanceof DOMException) return 'unreadable'
  console.error(error)
  return 'unexpected'
}
