import type { RequestContext } from '../../platform/context.ts'
import { seal, unseal } from '../../platform/seal.ts'
import { fromBase64Url, randomToken } from '../../platform/secrets.ts'
import { initialPolicy, type PutMasking } from './contract.ts'
import { compilePattern } from './detect/pattern.ts'
import type { MaskingRules } from './mask.ts'
import type { MaskingRow } from './schema.ts'
import { insertFirst, maskingRow } from './store.ts'

/** A change of the policy holds everywhere after this long at the latest; in the isolate that changed it, at once. */
export const policyHeldMs = 5_000
const heldMax = 2_000

interface Held {
  rules: MaskingRules
  heldAt: number
}
/** Compiled policies by organization. A cache: nothing depends on it but how soon a change is noticed. */
const held = new Map<string, Held>()

/**
 * How an organization masks: its policy, compiled, and its key, made on first use. Kept for `policyHeldMs`, so that
 * whoever masks asks the database seldom.
 */
export const maskingRulesOf = async (ctx: RequestContext, organizationId: string): Promise<MaskingRules> => {
  const known = held.get(organizationId)
  const now = ctx.now().getTime()
  if (known && now - known.heldAt < policyHeldMs && now >= known.heldAt) return known.rules
  const row = await policyRow(ctx, organizationId)
  const rules = known?.rules.version === row.version ? known.rules : await rulesOfRow(ctx, row)
  if (held.size >= heldMax) held.delete(held.keys().next().value ?? '')
  held.set(organizationId, { rules, heldAt: now })
  return rules
}

/** Whoever asks next reads the policy anew. */
export const forgetMaskingRules = (organizationId: string): void => {
  held.delete(organizationId)
}

/** The organization's row, made with a new key when it has none. */
export const policyRow = async (ctx: RequestContext, organizationId: string): Promise<MaskingRow> => {
  const found = await maskingRow(ctx.db, organizationId)
  if (found) return found
  await insertFirst(ctx.db, {
    organizationId,
    version: 0,
    policy: initialPolicy,
    sealedKey: await seal(ctx.config, purposeOf(organizationId), randomToken()),
    changedAt: null,
    changedByName: null,
  })
  const made = await maskingRow(ctx.db, organizationId)
  if (!made) throw new Error('the masking policy was not kept')
  return made
}

const rulesOfRow = async (ctx: RequestContext, row: MaskingRow): Promise<MaskingRules> =>
  compileRules(
    row.policy,
    row.version,
    fromBase64Url(await unseal(ctx.config, purposeOf(row.organizationId), row.sealedKey)),
  )

/** Throws for a pattern that is none: policies are checked before they are saved. */
export const compileRules = (policy: PutMasking, version: number, key: Uint8Array): MaskingRules => ({
  version,
  key,
  personal: new Set(policy.personal),
  patterns: policy.patterns.map(({ class: name, pattern }) => ({ class: name, pattern: compilePattern(pattern) })),
  fields: new Map(policy.fields.map(({ class: name, field }) => [field.toLowerCase(), name])),
  keepOriginals: policy.keepOriginals,
})

const purposeOf = (organizationId: string): string => `pseudonyms:${organizationId}`
