import type { OrganizationContext } from '../../platform/context.ts'
import { type ImportedRules, type ImportRules, type Rule, type RulesFile, rulesFormat } from './contract.ts'
import { getRules } from './list.ts'
import { prepareRules, saveRules } from './save.ts'

/** The rules in force as a file for review: two blanks deep, fields always in the same order, nothing that changes by itself. */
export const exportRules = async (ctx: OrganizationContext): Promise<string> => {
  const { rules } = await getRules(ctx)
  const file: RulesFile = { format: rulesFormat, rules: rules.map(inOrder) }
  return `${JSON.stringify(file, null, 2)}\n`
}

const inOrder = ({ id, name, description, enabled, mode, condition, outcome }: Rule): Rule => ({
  ...{ id, name, description, enabled, mode, condition, outcome },
})

/** Replaces the rules by a file's. A dry run only tells what that would change, and throws for the same faults. */
export const importRules = async (
  ctx: OrganizationContext,
  base: () => number,
  { file, dryRun, note }: ImportRules,
): Promise<ImportedRules> => {
  if (dryRun) {
    const current = await getRules(ctx)
    const { difference, warnings } = await prepareRules(ctx, current.rules, file.rules)
    return { version: current.version, saved: false, difference, warnings }
  }
  const { version, difference, warnings } = await saveRules(ctx, base(), () => file.rules, note)
  return { version, saved: true, difference, warnings }
}
