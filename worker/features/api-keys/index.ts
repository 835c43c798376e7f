export { callerByApiKey } from './authenticate.ts'
