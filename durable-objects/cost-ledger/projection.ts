import { showAlerts } from '../../worker/features/budgets/index.ts'
import { type CostDay, showDays } from '../../worker/features/cost/index.ts'
import type { RequestContext } from '../../worker/platform/context.ts'
import type { Alerts } from './alerts.ts'

const atOnce = 200

interface DayRow extends Record<string, SqlStorageValue> {
  day: string
  connector_id: string
  agent: string
  model: string
  runs: number
  unpriced: number
  input_tokens: number
  output_tokens: number
  cost: number
  revision: number
}

/** Tells D1 the sums of days and the alerts as whole rows: told twice, or after something newer, it changes nothing. */
export class Projection {
  private readonly sql: SqlStorage
  private readonly alerts: Alerts

  constructor(sql: SqlStorage, alerts: Alerts) {
    this.sql = sql
    this.alerts = alerts
  }

  hasAlerts(): boolean {
    return this.alerts.toTell().length > 0
  }

  async tell(ctx: RequestContext & { organizationId: string }): Promise<void> {
    for (let rows = this.daysToTell(); rows.length > 0; rows = this.daysToTell()) {
      await showDays(ctx, rows.map(dayOf))
      for (const row of rows)
        this.sql.exec(
          'UPDATE days SET projected = ? WHERE day = ? AND connector_id = ? AND agent = ? AND model = ?',
          row.revision,
          row.day,
          row.connector_id,
          row.agent,
          row.model,
        )
    }
  }

  async tellAlerts(ctx: RequestContext & { organizationId: string }): Promise<void> {
    for (let rows = this.alerts.toTell(); rows.length > 0; rows = this.alerts.toTell()) {
      await showAlerts(
        ctx,
        rows.map(({ budget_id, ...row }) => ({ budgetId: budget_id, ...row })),
      )
      for (const row of rows) this.alerts.told(row)
    }
  }

  private daysToTell(): DayRow[] {
    return this.sql.exec<DayRow>('SELECT * FROM days WHERE revision > projected LIMIT (? + 0)', atOnce).toArray()
  }
}

const dayOf = (row: DayRow): CostDay => ({
  day: row.day,
  connectorId: row.connector_id,
  agent: row.agent,
  model: row.model,
  runs: row.runs,
  unpricedRuns: row.unpriced,
  inputTokens: row.input_tokens,
  outputTokens: row.output_tokens,
  costMicroUsd: row.cost,
  revision: row.revision,
})
