export { applyRoster } from './apply-roster.ts'
export { agentChangeAnswered } from './changes/conclude.ts'
export { lapseChanges } from './changes/lapse.ts'
export { orderChange, refuseUnmanageable, settled } from './changes/order.ts'
export { gatewayConfig } from './config/get.ts'
export { agentsGoneWithConnector } from './gone-with-connector.ts'

export { agentIdsOf, agentsAtAGlance, showAgent } from './list.ts'

export { askGateway, awayCauseOf } from './live/ask.ts'
export type { AwayCause } from './live/contract.ts'

export { forgetFactsOfConnectorStatement } from './live/store.ts'
export { type DescribedAgent, getAgent, listAgentRows } from './store.ts'
export { type RunCount, trackRuns } from './track-runs.ts'
