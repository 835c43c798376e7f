import type { CostLedgerRpc } from './rpc.ts'

/** The ledger of an organization: the only place that names the binding. */
export const costLedger = (env: Env, organizationId: string): CostLedgerRpc =>
  env.COST_LEDGER.get(env.COST_LEDGER.idFromName(organizationId))
