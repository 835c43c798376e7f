import type { Rule, RuleDifference } from './contract.ts'

const fields = ['name', 'description', 'enabled', 'mode', 'condition', 'outcome'] as const

/** How one list becomes the other, rule by rule. Of the rules that both have as few as possible count as moved. */
export const differenceOf = (from: readonly Rule[], to: readonly Rule[]): RuleDifference => {
  const before = new Map(from.map((rule, position) => [rule.id, { rule, position }]))
  const after = new Set(to.map(({ id }) => id))
  const kept = to.flatMap((rule, position) => {
    const was = before.get(rule.id)
    return was ? [{ rule, position, was }] : []
  })
  const still = longestRising(kept.map(({ was }) => was.position))
  return {
    added: to.flatMap((rule, position) => (before.has(rule.id) ? [] : [placeOf(rule, position)])),
    removed: from.flatMap((rule, position) => (after.has(rule.id) ? [] : [placeOf(rule, position)])),
    changed: kept.flatMap(({ rule, was }) => changeOf(was.rule, rule)),
    moved: kept
      .filter(({ was }) => !still.has(was.position))
      .map(({ rule, position, was }) => ({ id: rule.id, name: rule.name, from: was.position, to: position })),
  }
}

export const isSame = ({ added, removed, changed, moved }: RuleDifference): boolean =>
  added.length + removed.length + changed.length + moved.length === 0

const placeOf = ({ id, name }: Rule, position: number) => ({ id, name, position })

const changeOf = (from: Rule, to: Rule): RuleDifference['changed'] => {
  const changed = fields
    .filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]))
    .map((field) => ({ field, from: from[field], to: to[field] }))
  return changed.length === 0 ? [] : [{ id: to.id, name: to.name, fields: changed }]
}

/**
 * The longest part of the numbers that rises: what is in it has kept its order (patience sorting). A number may come
 * twice, for a list that names a rule twice is compared before anybody refuses it; it counts once.
 */
const longestRising = (numbers: readonly number[]): ReadonlySet<number> => {
  const ends: number[] = []
  const before = new Map<number, number | undefined>()
  for (const number of numbers) {
    const notSmaller = ends.findIndex((end) => end >= number)
    const pile = notSmaller < 0 ? ends.length : notSmaller
    before.set(number, ends[pile - 1])
    ends[pile] = number
  }
  const rising = new Set<number>()
  for (let number = ends.at(-1); number !== undefined; number = before.get(number)) rising.add(number)
  return rising
}
