export { tagOf, versionSeen } from './if-match.ts'
export { type MaskingRules, maskPayload, maskText } from './mask.ts'
export { maskingRulesOf } from './rules-of.ts'
