export { healthAtAGlance, sweepHealthChanges } from './glance.ts'
export { agentStanding, connectorStanding } from './standing.ts'
export { hasHealth, nearLimitSince } from './store.ts'
export { type JudgedChange, tellAgentsHealth, tellConnectorHealth } from './tell.ts'
