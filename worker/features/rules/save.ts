import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import {
  Rule,
  type RuleDifference,
  type RuleDraft,
  type RulesConflict,
  type RuleWarning,
  type SavedRules,
} from './contract.ts'
import { differenceOf, isSame } from './difference.ts'
import { examineRules, type People, withoutFalseGrants } from './sanity.ts'
import { currentRow, insertVersionStatement, membersAmong, membersPerRole, rowOfVersion } from './store.ts'
import { viewRuleSet } from './view.ts'

/** D1 keeps at most two million bytes in a row. */
const bytesMax = 1_800_000

/** What a change makes of a list; throws when it cannot be made. */
export type Change = (rules: readonly Rule[]) => readonly RuleDraft[]

export interface Prepared {
  rules: Rule[]
  warnings: RuleWarning[]
  difference: RuleDifference
}

/**
 * Writes the next version, if `base` still is the current one; otherwise throws `precondition_failed` with both lists.
 * A change that changes nothing writes nothing. Throws `invalid` with the place of each fault.
 */
export const saveRules = async (
  ctx: OrganizationContext,
  base: number,
  change: Change,
  note: string,
): Promise<SavedRules> => {
  const current = viewRuleSet(await currentRow(ctx))
  if (current.version !== base) throw await conflictOf(ctx, base, change)
  const { rules, warnings, difference } = await prepareRules(ctx, current.rules, change(current.rules))
  if (isSame(difference)) return { ...current, warnings, difference }
  const row = {
    organizationId: ctx.organizationId,
    version: base + 1,
    rules,
    note,
    changedByKind: ctx.actor.kind,
    changedById: ctx.actor.id,
    changedByName: ctx.actorName,
    changedAt: ctx.now().getTime(),
  }
  const event = {
    version: row.version,
    note,
    added: difference.added.map(({ id }) => id),
    changed: difference.changed.map(({ id }) => id),
    removed: difference.removed.map(({ id }) => id),
    reordered: difference.moved.length > 0,
  }
  const [written] = await ctx.db.batch([
    insertVersionStatement(ctx, row, base).returning(),
    auditStatement(ctx, 'rules.changed', event, { risk: 'high' }),
  ])
  // Somebody else's version came in between: theirs stands.
  if (written.length === 0) throw await conflictOf(ctx, base, change)
  await drainSoon(ctx, ctx.organizationId)
  return { ...viewRuleSet(row), warnings, difference }
}

/** Drafts as they would be saved over a list, and how they differ from it. Throws `invalid`, and `too_large`. */
export const prepareRules = async (
  ctx: OrganizationContext,
  current: readonly Rule[],
  drafts: readonly RuleDraft[],
): Promise<Prepared> => {
  const rules = completed(ctx, drafts)
  const { faults, warnings } = examineRules(rules, await peopleOf(ctx, rules))
  if (faults.length > 0) throw new AppError('invalid', 'These rules cannot be saved.', { errors: faults.slice(0, 100) })
  if (new TextEncoder().encode(JSON.stringify(rules)).length > bytesMax)
    throw new AppError('too_large', `A rule set may have ${bytesMax} bytes.`)
  return { rules, warnings, difference: differenceOf(current, rules) }
}

/** With an id for each that is new, in the order of fields in which rules are kept. */
const completed = (ctx: OrganizationContext, drafts: readonly RuleDraft[]): Rule[] =>
  drafts.map((draft) => withoutFalseGrants(Rule.parse({ ...draft, id: draft.id ?? ctx.newId('rul') })))

const peopleOf = async (ctx: OrganizationContext, rules: readonly Rule[]): Promise<People> => {
  const asks = rules.flatMap(({ outcome }) => (outcome.kind === 'ask' ? [outcome.ask] : []))
  if (asks.length === 0) return { perRole: new Map(), named: new Map() }
  const userIds = asks
    .flatMap((ask) => [...ask.groups, ...(ask.escalate ? [ask.escalate.to] : [])])
    .flatMap(({ members }) => members)
  const [roles, named] = await Promise.all([membersPerRole(ctx), membersAmong(ctx, [...new Set(userIds)])])
  return {
    perRole: new Map(roles.map(({ role, count }) => [role, count])),
    named: new Map(named.map(({ userId, role }) => [userId, role])),
  }
}

const conflictOf = async (ctx: OrganizationContext, base: number, change: Change): Promise<AppError> => {
  const [currentNow, began] = await Promise.all([currentRow(ctx), rowOfVersion(ctx, base)])
  const current = viewRuleSet(currentNow)
  const baseRules = base === 0 ? [] : (began?.rules ?? null)
  const yours = baseRules === null ? [] : completed(ctx, change(baseRules))
  const context: RulesConflict = {
    base,
    yours,
    current,
    difference: differenceOf(current.rules, yours),
    meanwhile: baseRules && differenceOf(baseRules, current.rules),
  }
  return new AppError('precondition_failed', `The rules are at version ${current.version} now, no longer at ${base}.`, {
    context: { ...context },
  })
}
