import { stripVTControlCharacters } from 'node:util'

/** Columns of a table: a heading, and how a row says it. */
export type Columns<T> = Record<string, (row: T) => string | number | null>

/**
 * What others wrote must not steer the terminal: control characters are shown as such, line breaks too. A command that
 * looks harmless only because it moves the cursor is not shown as harmless.
 */
export const plain = (text: string): string =>
  Array.from(stripVTControlCharacters(text), (character) => {
    const code = character.codePointAt(0) ?? 0
    const hidden = code < 0x20 || (code >= 0x7f && code < 0xa0) || isBidi(code)
    return hidden ? `\\u{${code.toString(16)}}` : character
  }).join('')

const isBidi = (code: number) =>
  (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x200e || code === 0x200f

/** East Asian characters take two columns; the tables are read by people who write them. */
function width(text: string): number {
  let columns = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      code >= 0x20000
    columns += wide ? 2 : 1
  }
  return columns
}

export function table<T>(rows: readonly T[], columns: Columns<T>): string {
  const headings = Object.keys(columns)
  const cells = rows.map((row) => Object.values(columns).map((cell) => plain(String(cell(row) ?? '–'))))
  const widths = headings.map((heading, index) =>
    Math.max(width(heading), ...cells.map((line) => width(line[index] ?? ''))),
  )
  const line = (parts: string[]) =>
    parts
      .map((part, index) => (index === parts.length - 1 ? part : part + ' '.repeat((widths[index] ?? 0) - width(part))))
      .join('  ')
      .trimEnd()
  return [line(headings.map((heading) => heading.toUpperCase())), ...cells.map(line)].join('\n')
}

/** One thing, a line for each of its facts. */
export function facts(values: Record<string, string | number | boolean | null | undefined>): string {
  const longest = Math.max(...Object.keys(values).map((name) => name.length))
  return Object.entries(values)
    .map(([name, value]) => `${`${name}:`.padEnd(longest + 2)}${plain(String(value ?? '–'))}`)
    .join('\n')
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))
/** Lines about the work itself go to stderr, so that stdout can be piped. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}
