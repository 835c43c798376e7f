export { tagOf, versionSeen } from './if-match.ts'
export { type MaskingRules, maskPayload } from './mask.ts'
export { maskingRulesOf } from './rules-of.ts'
