export { applyRoster } from './apply-roster.ts'
export { agentsGoneWithConnector } from './gone-with-connector.ts'
export { agentIdsOf, agentsAtAGlance } from './list.ts'
export { type RunCount, trackRuns } from './track-runs.ts'
