export { type MaskingRules, maskPayload, maskText } from './mask.ts'
export { maskingRulesOf } from './rules-of.ts'
