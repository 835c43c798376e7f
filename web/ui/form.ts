import type { FieldValues, Path, UseFormSetError } from 'react-hook-form'
import { ApiError } from '../api-error.ts'

/**
 * Puts the faults that the server found at the fields they belong to and answers whether each found its field; what
 * did not is for the form as a whole to show.
 */
export const showFieldErrors = <V extends FieldValues>(
  error: unknown,
  names: readonly Path<V>[],
  setError: UseFormSetError<V>,
  words: (name: Path<V>) => string,
) => {
  if (!(error instanceof ApiError) || error.fields.length === 0) return false
  const placed = error.fields.map(({ path }) => {
    const name = names.find((candidate) => candidate === path.replace(/^\//, '').replaceAll('/', '.'))
    if (name) setError(name, { type: 'server', message: words(name) })
    return name !== undefined
  })
  return placed.every(Boolean)
}
