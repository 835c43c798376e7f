import { AppError } from '../platform/errors.ts'

/**
 * The version that a caller has seen, by its `If-Match`; `what` names the thing in refusals. Throws `precondition_required`
 * without one, `invalid` for what is no version.
 */
export const versionSeen = (header: string | undefined, what: string): number => {
  if (header === undefined)
    throw new AppError('precondition_required', `Say in If-Match which version of ${what} the change is made to.`)
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1]
  if (version === undefined)
    throw new AppError('invalid', `If-Match is the ETag of ${what}: its version.`, {
      errors: [{ path: 'If-Match', message: 'not a version' }],
    })
  return Number(version)
}

export const tagOf = (version: number): string => `"${version}"`
