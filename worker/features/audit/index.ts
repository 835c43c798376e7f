export { drainAllAudit, drainSoon } from './drain.ts'
export { maskPayload } from './mask.ts'
export { auditStatement, recordStatement } from './record.ts'
