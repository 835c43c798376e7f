import type { z } from 'zod'
import { AppError } from './errors.ts'
import { fromBase64Url, toBase64Url } from './secrets.ts'

/** A cursor is opaque to callers: the sort key of the last row, in base64url. */
export const toCursor = (key: unknown): string => toBase64Url(new TextEncoder().encode(JSON.stringify(key)))

/** Throws `invalid` for a cursor that this list did not make. */
export const fromCursor = <T extends z.ZodType>(schema: T, cursor: string | undefined): z.infer<T> | undefined => {
  if (cursor === undefined) return undefined
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(fromBase64Url(cursor))))
  } catch {
    throw new AppError('invalid', 'The cursor is not one of this list.', {
      errors: [{ path: 'cursor', message: 'not a cursor of this list' }],
    })
  }
}

/** Cuts `limit + 1` rows down to a page: the extra row only tells that there is more. */
export const pageOf = <T>(rows: T[], limit: number, keyOf: (row: T) => unknown) => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? toCursor(keyOf(last)) : null }
}
