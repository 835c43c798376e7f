export { type CompiledRules, compileRules } from './compile-rules.ts'
export { evaluateRules, rulesInForceQuery } from './evaluate.ts'
