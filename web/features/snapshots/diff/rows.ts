import {
  type ChangeCategory,
  changeCategories,
  type SemanticChange,
  type Step,
} from '../../../../worker/features/snapshots/diff/contract.ts'
import type { Risk } from '../../../../worker/platform/contract.ts'

/**
 * What is read as one: a change, or what became of the plain items of one list. Items that are trees of their own are told
 * one by one.
 */
export type DiffRow =
  | { kind: 'one'; change: SemanticChange }
  | { kind: 'list'; steps: readonly Step[]; changes: readonly [SemanticChange, ...SemanticChange[]] }

export interface DiffGroup {
  category: ChangeCategory
  rows: DiffRow[]
  /** How many changes its rows tell of. */
  count: number
}

/** The changes by category, in the order in which people look. */
export const groupsOf = (changes: readonly SemanticChange[]): DiffGroup[] =>
  changeCategories.flatMap((category) => {
    const own = changes.filter((change) => change.category === category)
    return own.length === 0 ? [] : [{ category, rows: rowsOf(own), count: own.length }]
  })

const rowsOf = (changes: readonly SemanticChange[]): DiffRow[] => {
  const rows: DiffRow[] = []
  const lists = new Map<string, SemanticChange[]>()
  for (const change of changes) {
    const list = isPlainItem(change) ? change.steps.slice(0, -1) : null
    if (!list) {
      rows.push({ kind: 'one', change })
      continue
    }
    const name = JSON.stringify(list)
    const known = lists.get(name)
    if (known) known.push(change)
    else {
      const own: [SemanticChange, ...SemanticChange[]] = [change]
      lists.set(name, own)
      rows.push({ kind: 'list', steps: list, changes: own })
    }
  }
  return rows
}

const isPlainItem = ({ steps, before, after, secret }: SemanticChange): boolean =>
  typeof steps.at(-1) === 'object' &&
  !secret &&
  [before, after].every((value) => typeof value !== 'object' || value === null)

/** The name of a row, unique among the rows of a difference. */
export const keyOf = (row: DiffRow): string =>
  row.kind === 'one' ? `${row.change.kind} ${row.change.path}` : JSON.stringify(row.steps)

const order: readonly Risk[] = ['critical', 'high', 'medium', 'low']

/** Why a row is as risky as it is: each rule once, the worst first. */
export const reasonsOf = (row: DiffRow): { risk: Risk; rule: SemanticChange['rule'] }[] => {
  const changes = row.kind === 'one' ? [row.change] : row.changes
  const byRule = new Map(changes.map(({ risk, rule }) => [rule, { risk, rule }]))
  return [...byRule.values()].toSorted((a, b) => order.indexOf(a.risk) - order.indexOf(b.risk))
}
