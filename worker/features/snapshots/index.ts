export { checkDueConfigurations } from './checks/due.ts'
export { checkDueAgents } from './checks/due-agents.ts'
export { checkSoon } from './checks/soon.ts'
export { restoreWrote } from './taking/restored/told.ts'
