import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { factsOf } from '../../approvals/index.ts'
import { type CompiledRules, compileRules } from '../compile-rules.ts'
import { Fault, viewOf } from '../condition/compile.ts'
import type { RequestFacts, RuleDraft } from '../contract.ts'
import { rulesInForce } from '../evaluate.ts'
import { prepareRules } from '../save.ts'
import { askedRow } from '../store.ts'
import type { TestedRules, TestRules } from './contract.ts'

/** What one request would meet: each rule's answer, and the verdict. Throws `not_found` for a foreign approval, `invalid` for a faulty draft. */
export const testRules = async (ctx: OrganizationContext, input: TestRules): Promise<TestedRules> => {
  const [facts, rules] = await Promise.all([factsToTest(ctx, input), rulesToTest(ctx, input.rules)])
  const view = viewOf(facts)
  const verdict = rules.verdict(facts)
  return {
    facts,
    verdict,
    rules: rules.rules.map(({ rule, applies }) => {
      const startedAt = performance.now()
      const applied = applies(view)
      const tookMs = performance.now() - startedAt
      return {
        id: rule.id,
        name: rule.name,
        enabled: rule.enabled,
        mode: rule.mode,
        applies: applied instanceof Fault ? null : applied,
        outcome: rule.outcome.kind,
        error: applied instanceof Fault ? applied.message : null,
        decides: verdict.rule?.id === rule.id,
        microseconds: tookMs > 0 ? Math.round(tookMs * 1_000) : null,
      }
    }),
  }
}

/** A draft, once it could be saved; without one, what is in force. */
export const rulesToTest = async (
  ctx: OrganizationContext,
  draft: readonly RuleDraft[] | undefined,
): Promise<CompiledRules> => {
  if (!draft) return rulesInForce(ctx)
  const { rules } = await prepareRules(ctx, [], draft)
  return compileRules(0, rules)
}

const factsToTest = async (ctx: OrganizationContext, { approvalId, facts }: TestRules): Promise<RequestFacts> => {
  if (facts) return { ...facts, at: facts.at ?? ctx.now().getTime() }
  const row = approvalId === undefined ? undefined : await askedRow(ctx, approvalId)
  if (!row) throw notFound('Approval')
  return factsOf(row)
}
