export type { CostDay } from './store.ts'
export { showDays, type ToldUsage, usageTold } from './take-in.ts'
