export { applyRoster } from './apply-roster.ts'
export { agentIdsOf, agentsAtAGlance } from './list.ts'
export { agentsGoneWithConnectorStatement } from './store.ts'
export { type RunCount, trackRuns } from './track-runs.ts'
