import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { type CompiledRules, compileRules } from './compile-rules.ts'
import { type RequestFacts, Rule, type Verdict } from './contract.ts'
import { newerThanStatement } from './store.ts'

const Stored = z.array(Rule)

/** Of this isolate; each entry is a copy of what D1 holds under the same version, which never changes. */
const compiled = new Map<string, CompiledRules>()
const organizationsMax = 200

/**
 * The rules in force for a batch of the caller's: one small statement, which returns them only if they are newer than those kept
 * here, and what makes the rules of its answer. `kept` are the rules that this isolate knew last: a caller may act on them in a
 * batch under the condition `rulesStillKept`, filled in with `values`.
 */
export const rulesInForceQuery = (ctx: OrganizationContext) => {
  const kept = compiled.get(ctx.organizationId)
  const read = ([row]: { version: number; rules: string | null }[]): CompiledRules => {
    if (row && row.version === kept?.version) return kept
    const rules = compileRules(row?.version ?? 0, row?.rules ? Stored.parse(JSON.parse(row.rules)) : [])
    compiled.delete(ctx.organizationId)
    if (compiled.size >= organizationsMax) compiled.delete(compiled.keys().next().value ?? '')
    compiled.set(ctx.organizationId, rules)
    return rules
  }
  const version = kept?.version ?? 0
  return { statement: newerThanStatement(ctx, version), read, kept, values: { ruleSetVersion: version } }
}

/** The rules in force, ready to be asked. */
export const rulesInForce = async (ctx: OrganizationContext): Promise<CompiledRules> => {
  const { statement, read } = rulesInForceQuery(ctx)
  return read(await statement.run())
}

/**
 * What the organization's rules say of a request: the first enabled, enforced rule that applies; a condition that
 * cannot be evaluated refuses and says so in `error`. Reads, writes nothing; throws only when the database does.
 */
export const evaluateRules = async (ctx: OrganizationContext, facts: RequestFacts): Promise<Verdict> =>
  (await rulesInForce(ctx)).verdict(facts)
