import { useQuery } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import type { RuleDraft, RuleSet } from '../../../worker/features/rules/contract.ts'
import { useMe } from '../../session/queries.ts'
import { countOf, differenceOf, type Item, itemsOf } from './difference.ts'
import { ruleSetQuery } from './queries.ts'

/** Changes that are not saved. They outlive the page, so that a look at an approval does not lose them. */
type Draft = { base: RuleSet; items: Item[]; note: string }

let drafts: ReadonlyMap<string, Draft> = new Map()
const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
const keep = (organizationId: string, draft: Draft | null) => {
  const next = new Map(drafts)
  if (draft) next.set(organizationId, draft)
  else next.delete(organizationId)
  drafts = next
  for (const listener of listeners) listener()
}

export const newKey = () => `new-${crypto.randomUUID()}`

export const moved = (items: readonly Item[], from: number, to: number): Item[] => {
  const next = items.toSpliced(from, 1)
  const item = items[from]
  return item ? next.toSpliced(Math.max(0, Math.min(to, next.length)), 0, item) : [...items]
}

/** The rules as they are worked on: those in force, or the changes begun upon them. Null until the rules are there. */
export const useDraft = () => {
  const organizationId = useMe()?.organization.id ?? ''
  const current = useQuery(ruleSetQuery).data
  const held = useSyncExternalStore(subscribe, () => drafts).get(organizationId)
  const base = held?.base ?? current
  const heldItems = held?.items
  const items = useMemo(() => heldItems ?? itemsOf(base?.rules ?? []), [heldItems, base])
  const difference = useMemo(() => differenceOf(itemsOf(base?.rules ?? []), items), [base, items])
  if (!current || !base) return null
  const note = held?.note ?? ''
  const change = (next: Partial<Draft>) => {
    const draft = { base, items, note, ...next }
    const same = countOf(differenceOf(itemsOf(draft.base.rules), draft.items)) === 0
    keep(organizationId, same ? null : draft)
  }
  return {
    current,
    base,
    items,
    note,
    difference,
    changes: countOf(difference),
    /** Somebody saved after these changes were begun. */
    isBehind: current.version !== base.version,
    setNote: (next: string) => change({ note: next }),
    setItems: (next: Item[]) => change({ items: next }),
    change: (key: string, rule: RuleDraft) =>
      change({ items: items.map((item) => (item.key === key ? { key, rule } : item)) }),
    remove: (key: string) => change({ items: items.filter((item) => item.key !== key) }),
    move: (from: number, to: number) => change({ items: moved(items, from, to) }),
    add: (rules: RuleDraft[]) => {
      const added = rules.map((rule) => ({ key: newKey(), rule }))
      change({ items: [...items, ...added] })
      return added
    },
    /** Begins anew on top of another version. */
    restart: (next: RuleSet, changed: Item[]) => change({ base: next, items: changed }),
    discard: () => keep(organizationId, null),
  }
}
export type DraftRules = NonNullable<ReturnType<typeof useDraft>>

export const rulesToSend = (items: readonly Item[]): RuleDraft[] => items.map(({ rule }) => rule)
