export { evaluateRules, rulesInForceQuery } from './evaluate.ts'
