export { drainAllAudit, drainAudit, drainFirst, drainSoon } from './drain.ts'
export { auditAtAGlance } from './list.ts'
export { auditEachStatement, auditInput, auditStatement, recordStatement } from './record.ts'
export { recordRefusal } from './refused.ts'
