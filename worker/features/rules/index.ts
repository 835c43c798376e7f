export { type CompiledRules, compileRules } from './compile-rules.ts'
export { evaluateRules, rulesInForce } from './evaluate.ts'
