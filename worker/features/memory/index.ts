export { lookAtMemory } from './look.ts'
export { forgetMemoryOfAgentStatements, forgetMemoryOfConnectorStatements } from './store.ts'
