export { forgetCheckStatement } from '../store.ts'
export { configurationSeen } from './configuration.ts'
