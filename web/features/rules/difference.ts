import type { Rule, RuleDifference, RuleDraft } from '../../../worker/features/rules/contract.ts'

/** A rule as it is worked on: `key` is its id, or a name of its own until the server gives it one. */
export type Item = { key: string; rule: RuleDraft }

export const ruleFields = ['name', 'description', 'enabled', 'mode', 'condition', 'outcome'] as const
export type RuleField = (typeof ruleFields)[number]

export const itemsOf = (rules: readonly Rule[]): Item[] => rules.map((rule) => ({ key: rule.id, rule }))

/** JSON with its keys in order, so that equal values are equal text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
export const same = (a: unknown, b: unknown) => canonical(a) === canonical(b)

export const changedFields = (from: RuleDraft, to: RuleDraft): RuleField[] =>
  from === to ? [] : ruleFields.filter((field) => !same(from[field], to[field]))

/** Of different numbers in any order, a longest part that rises: what can stay while the others move. */
const longestRising = (numbers: readonly number[]): ReadonlySet<number> => {
  const ends: number[] = []
  const before = new Map<number, number | undefined>()
  for (const number of numbers) {
    const pile = firstAbove(ends, number, 0, ends.length)
    before.set(number, ends[pile - 1])
    ends[pile] = number
  }
  const rising = new Set<number>()
  for (let number = ends.at(-1); number !== undefined; number = before.get(number)) rising.add(number)
  return rising
}

/** The first place of a rising list whose number is larger. */
const firstAbove = (rising: readonly number[], number: number, from: number, to: number): number => {
  if (from >= to) return from
  const middle = (from + to) >> 1
  return (rising[middle] ?? 0) > number
    ? firstAbove(rising, number, from, middle)
    : firstAbove(rising, number, middle + 1, to)
}

/** How one list becomes the other: as few moves as possible, and each changed field. */
export const differenceOf = (from: readonly Item[], to: readonly Item[]): RuleDifference => {
  const placeIn = (items: readonly Item[]) => new Map(items.map((item, position) => [item.key, { item, position }]))
  const [old, now] = [placeIn(from), placeIn(to)]
  const told = ({ key, rule }: Item, position: number) => ({ id: key, name: rule.name, position })
  const stayed = to.flatMap((item, position) => {
    const was = old.get(item.key)
    return was ? [{ item, position, was }] : []
  })
  const kept = longestRising(stayed.map(({ was }) => was.position))
  return {
    added: to.flatMap((item, position) => (old.has(item.key) ? [] : [told(item, position)])),
    removed: from.flatMap((item, position) => (now.has(item.key) ? [] : [told(item, position)])),
    changed: stayed.flatMap(({ item, was }) => {
      const fields = changedFields(was.item.rule, item.rule)
      return fields.length === 0
        ? []
        : [
            {
              id: item.key,
              name: item.rule.name,
              fields: fields.map((field) => ({ field, from: was.item.rule[field], to: item.rule[field] })),
            },
          ]
    }),
    moved: stayed.flatMap(({ item, position, was }) =>
      kept.has(was.position) ? [] : [{ id: item.key, name: item.rule.name, from: was.position, to: position }],
    ),
  }
}

export const countOf = ({ added, removed, changed, moved }: RuleDifference) =>
  added.length + removed.length + changed.length + moved.length
