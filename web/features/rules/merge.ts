import type { RuleDraft } from '../../../worker/features/rules/contract.ts'
import { type Item, type RuleField, ruleFields, same } from './difference.ts'

export type Side = 'yours' | 'theirs'

/** A field, or the existence, of a rule that was changed since the version both began with. */
export type Clash = {
  key: string
  name: string
  /** existence: one of the two removed what the other changed. */
  field: RuleField | 'existence'
  base: unknown
  yours: unknown
  theirs: unknown
  /** Both changed it, and not to the same. */
  contested: boolean
}

const byKey = (items: readonly Item[]) => new Map(items.map((item) => [item.key, item.rule]))

/** Everything that is not the same in both, with what it was: who wants what, field by field. */
export const clashesOf = (base: readonly Item[], yours: readonly Item[], theirs: readonly Item[]): Clash[] => {
  const [was, mine, others] = [byKey(base), byKey(yours), byKey(theirs)]
  const keys = new Set([...theirs, ...yours, ...base].map(({ key }) => key))
  return [...keys].flatMap((key): Clash[] => {
    const [old, here, there] = [was.get(key), mine.get(key), others.get(key)]
    const name = here?.name ?? there?.name ?? old?.name ?? ''
    if (!here && !there) return []
    if (!here || !there) {
      const other = here ?? there
      const contested = old !== undefined && other !== undefined && !same(old, other)
      return [{ key, name, field: 'existence', base: old, yours: here, theirs: there, contested }]
    }
    return ruleFields.flatMap((field): Clash[] => {
      if (same(here[field], there[field])) return []
      const contested = !same(here[field], old?.[field]) && !same(there[field], old?.[field])
      return [{ key, name, field, base: old?.[field], yours: here[field], theirs: there[field], contested }]
    })
  })
}

export const clashId = ({ key, field }: Pick<Clash, 'key' | 'field'>) => `${key} ${field}`

/** Whose word holds unless somebody chooses: whoever changed it; yours where both did. */
export const naturalSide = (clash: Clash): Side =>
  clash.contested || !same(clash.yours, clash.base) ? 'yours' : 'theirs'

/**
 * Your changes on top of theirs. The order is theirs, unless you moved something: then it is yours, and what they
 * added stands behind the rule it stood behind with them.
 */
export const rebase = (
  base: readonly Item[],
  yours: readonly Item[],
  theirs: readonly Item[],
  chosen: ReadonlyMap<string, Side> = new Map(),
): Item[] => {
  const clashes = new Map(clashesOf(base, yours, theirs).map((clash) => [clashId(clash), clash]))
  const sideOf = (key: string, field: Clash['field']) => {
    const clash = clashes.get(clashId({ key, field }))
    return clash ? (chosen.get(clashId(clash)) ?? naturalSide(clash)) : 'theirs'
  }
  const [own, others] = [byKey(yours), byKey(theirs)]
  const merged = (key: string): RuleDraft | undefined => {
    const [here, there] = [own.get(key), others.get(key)]
    if (!here || !there) return sideOf(key, 'existence') === 'yours' ? here : there
    const mine = ruleFields.filter((field) => sideOf(key, field) === 'yours')
    return { ...there, ...Object.fromEntries(mine.map((field) => [field, here[field]])) }
  }
  const survivors = new Set(yours.map(({ key }) => key))
  const order = (items: readonly Item[]) => items.map(({ key }) => key).filter((key) => survivors.has(key))
  const movedByMe = !same(
    order(yours).filter((key) => base.some((item) => item.key === key)),
    order(base),
  )
  const [lead, follow] = movedByMe ? [yours, theirs] : [theirs, yours]
  const keys = lead.map(({ key }) => key)
  for (const [at, { key }] of follow.entries())
    if (!keys.includes(key)) {
      const before = follow
        .slice(0, at)
        .toReversed()
        .find((item) => keys.includes(item.key))
      keys.splice(before ? keys.indexOf(before.key) + 1 : 0, 0, key)
    }
  return keys.flatMap((key) => {
    const rule = merged(key)
    return rule ? [{ key, rule }] : []
  })
}
