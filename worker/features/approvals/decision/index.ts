export { type DecideApproval, decideApproval } from './decide.ts'
