export { forgetMemoryOfAgentStatements, forgetMemoryOfConnectorStatements } from './store.ts'
