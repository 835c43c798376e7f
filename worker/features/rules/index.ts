export { type CompiledRules, compileRules } from './compile-rules.ts'
export { evaluateRules, rulesInForce, rulesInForceQuery } from './evaluate.ts'
