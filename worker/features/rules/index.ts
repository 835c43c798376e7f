export { evaluateRules, rulesInForceQuery } from './evaluate.ts'
export { isNewestGiven as rulesStillKept } from './store.ts'
