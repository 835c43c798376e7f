export { budgetAction, decisionDelivered, redeliverStranded, undeliveredDecisions } from './deliver.ts'
export { approvalsDue, expireDueApprovals } from './due/due.ts'
export { factsOf } from './facts.ts'
export { approvalsAtAGlance } from './list.ts'
export { type OpenedApproval, openApproval } from './open.ts'
export { subcommandDepth } from './pattern.ts'
export {
  approvalResolved,
  approvalsByExternalId,
  approvalsStillPending,
  closeApprovalsOfConnector,
} from './reconcile.ts'
export { approvalFor } from './requester/approval-for.ts'
export { allowIfMay, askFor, takeApproval, withdrawIfPending } from './requester/by-feature.ts'
export { traceOfRun } from './trace-of-run.ts'
