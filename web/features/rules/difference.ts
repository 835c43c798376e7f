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
  ruleFields.filter((field) => !same(from[field], to[field]))

/** Of numbers in any order, the places of a longest ascending run: what can stay while the others move. */
const ascending = (numbers: readonly number[]): Set<number> => {
  const lengths = numbers.map(() => 1)
  const before: (number | null)[] = numbers.map(() => null)
  for (const [at, value] of numbers.entries())
    for (let earlier = 0; earlier < at; earlier++) {
      const reached = (lengths[earlier] ?? 0) + 1
      if ((numbers[earlier] ?? 0) < value && reached > (lengths[at] ?? 0)) {
        lengths[at] = reached
        before[at] = earlier
      }
    }
  const kept = new Set<number>()
  for (let at: number | null = lengths.indexOf(Math.max(...lengths)); at !== null && at >= 0; at = before[at] ?? null)
    kept.add(at)
  return kept
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
  const kept = ascending(stayed.map(({ was }) => was.position))
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
    moved: stayed.flatMap(({ item, position, was }, at) =>
      kept.has(at) ? [] : [{ id: item.key, name: item.rule.name, from: was.position, to: position }],
    ),
  }
}

export const countOf = ({ added, removed, changed, moved }: RuleDifference) =>
  added.length + removed.length + changed.length + moved.length
