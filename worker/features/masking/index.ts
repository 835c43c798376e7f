export { type MaskedPayload, type MaskingRules, maskPayload, type Original } from './mask.ts'
export { maskingRulesOf } from './rules-of.ts'
