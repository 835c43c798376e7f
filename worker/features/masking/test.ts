import type { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { refuseUnfitPolicy } from './check.ts'
import type { TestedMasking, TestMasking } from './contract.ts'
import { scan } from './detect/scan.ts'
import { maskPayload, maskText } from './mask.ts'
import { pseudonymOf } from './pseudonym.ts'
import { compileRules, maskingRulesOf } from './rules-of.ts'

/** What would be masked of a text or a payload, by the saved policy or by a draft. Nothing is stored. */
export const testMasking = async (
  ctx: OrganizationContext,
  { text, payload, policy }: TestMasking,
): Promise<z.infer<typeof TestedMasking>> => {
  if (policy) refuseUnfitPolicy(policy)
  const saved = await maskingRulesOf(ctx, ctx.organizationId)
  const rules = policy ? compileRules(policy, saved.version, saved.key) : saved
  const findings = text === undefined ? [] : scan(text.toWellFormed(), rules)
  return {
    text: text === undefined ? null : maskText(text, rules),
    payload: payload === undefined ? null : maskPayload(payload, rules).payload,
    findings: findings.map(({ value, ...finding }) => ({
      ...finding,
      subject: pseudonymOf(rules.key, finding.class, value),
    })),
  }
}
