import type { Command } from 'commander'
import { type Columns, facts, print, printJson, table } from '../output/output.ts'

export type JsonOption = { json?: boolean }

export const withJson = (command: Command): Command => command.option('--json', 'print JSON')

/** A list, for a person or for a program. */
export function showList<T>(options: JsonOption, items: readonly T[], columns: Columns<T>, empty: string): void {
  if (options.json) printJson({ items })
  else print(items.length === 0 ? empty : table(items, columns))
}

/** One thing, for a person or for a program. */
export function showOne(options: JsonOption, value: object, lines: Parameters<typeof facts>[0]): void {
  if (options.json) printJson(value)
  else print(facts(lines))
}
