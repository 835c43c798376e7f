export { forgetCheckStatement } from '../checks/store.ts'
export { configurationSeen } from './configuration.ts'
