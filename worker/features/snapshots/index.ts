export { checkDueConfigurations } from './checks/due.ts'
export { checkSoon } from './checks/soon.ts'
