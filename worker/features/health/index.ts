export { agentStanding } from './standing.ts'
export { hasHealth } from './store.ts'
