import { actingFor, type RequestContext } from '../../platform/context.ts'
import { alertStatement } from './store.ts'

interface Alert {
  budgetId: string
  state: 'ok' | 'warned' | 'exceeded'
  since: number
  until: number
  revision: number
}

/** What health shows of budgets, as the ledger tells it. */
export const showAlerts = async (
  ctx: RequestContext & { organizationId: string },
  alerts: readonly Alert[],
): Promise<void> => {
  const { organizationId } = ctx
  const acting = actingFor(ctx, organizationId, { kind: 'system', id: 'budgets' })
  await alertStatement(
    acting,
    alerts.map((alert) => ({ ...alert, organizationId })),
  )
}
