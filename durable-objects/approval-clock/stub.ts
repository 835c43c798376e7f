import type { ApprovalClockRpc } from './rpc.ts'

/** The clock of an organization: the only place that names the binding. */
export const approvalClock = (env: Env, organizationId: string): ApprovalClockRpc =>
  env.APPROVAL_CLOCK.get(env.APPROVAL_CLOCK.idFromName(organizationId))
