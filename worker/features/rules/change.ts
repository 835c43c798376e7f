import type { OrganizationContext } from '../../platform/context.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import {
  type AddRule,
  type ChangeRule,
  type OrderRules,
  type PutRules,
  type Rule,
  type RuleDraft,
  rulesMax,
  type SavedRules,
} from './contract.ts'
import { saveRules } from './save.ts'

/*
 * The ways to change the list. Each says what it makes of a list; `saveRules` writes it as the next version, if the
 * version that the caller has seen still is the current one.
 */

export const putRules = (ctx: OrganizationContext, base: number, { rules, note }: PutRules): Promise<SavedRules> =>
  saveRules(ctx, base, () => rules, note)

export const addRule = (
  ctx: OrganizationContext,
  base: number,
  { rule, position, note }: AddRule,
): Promise<SavedRules> => {
  // Made once, so that a conflict tells of the same rule.
  const added = { ...rule, id: rule.id ?? ctx.newId('rul') }
  const change = (rules: readonly Rule[]): RuleDraft[] => {
    if (rules.length >= rulesMax)
      throw new AppError('invalid', `There can be ${rulesMax} rules.`, {
        errors: [{ path: 'rule', message: 'one too many' }],
      })
    return rules.toSpliced(position ?? rules.length, 0, added)
  }
  return saveRules(ctx, base, change, note)
}

export const changeRule = (
  ctx: OrganizationContext,
  base: number,
  id: string,
  { note, ...fields }: ChangeRule,
): Promise<SavedRules> => {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return saveRules(ctx, base, (rules) => rules.with(positionOf(rules, id), { ...ruleOf(rules, id), ...given }), note)
}

export const removeRule = (ctx: OrganizationContext, base: number, id: string, note: string): Promise<SavedRules> =>
  saveRules(ctx, base, (rules) => rules.toSpliced(positionOf(rules, id), 1), note)

/** Throws `invalid` unless the ids are exactly those of the list. */
export const orderRules = (ctx: OrganizationContext, base: number, { ids, note }: OrderRules): Promise<SavedRules> =>
  saveRules(
    ctx,
    base,
    (rules) => {
      const known = new Map(rules.map((rule) => [rule.id, rule]))
      const ordered = ids.flatMap((id) => known.get(id) ?? [])
      if (new Set(ids).size !== ids.length || ordered.length !== rules.length || ids.length !== rules.length)
        throw new AppError('invalid', 'An order names each rule of the list once.', {
          errors: [{ path: 'ids', message: 'not the ids of the list' }],
        })
      return ordered
    },
    note,
  )

const positionOf = (rules: readonly Rule[], id: string): number => {
  const position = rules.findIndex((rule) => rule.id === id)
  if (position < 0) throw notFound('Rule')
  return position
}

const ruleOf = (rules: readonly Rule[], id: string): Rule => {
  const rule = rules[positionOf(rules, id)]
  if (!rule) throw notFound('Rule')
  return rule
}
