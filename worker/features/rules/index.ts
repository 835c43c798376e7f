export { type CompiledRules, compileRules } from './compile-rules.ts'
export { evaluateRules } from './evaluate.ts'
