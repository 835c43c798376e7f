import JSON5 from 'json5'
import { z } from 'zod'

export type Parsed = { ok: true; value: unknown } | { ok: false; line: number; column: number; message: string }

const Place = z.object({ lineNumber: z.number().int(), columnNumber: z.number().int(), message: z.string() })

/** Reads JSON5, or says at which line and column (both from 1) it stops being that. */
export const parseJson5 = (text: string): Parsed => {
  try {
    return { ok: true, value: JSON5.parse(text) }
  } catch (error) {
    const place = Place.safeParse(error)
    if (!place.success) throw error
    const { lineNumber, columnNumber, message } = place.data
    return {
      ok: false,
      line: lineNumber,
      column: columnNumber,
      message: message.replace(/^JSON5: /, '').replace(/ at \d+:\d+$/, ''),
    }
  }
}

/** As people write it: names without quotes where that is allowed, two spaces. */
export const writeJson5 = (value: unknown): string => JSON5.stringify(value, { space: 2, quote: '"' }) ?? ''
