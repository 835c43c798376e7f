import type { BudgetScope } from '../../worker/features/budgets/contract.ts'
import type { Usage } from './rpc.ts'

/** How long a run is remembered. One that ended before is not taken in: nobody could tell whether it was before. */
const keptMs = 100 * 86_400_000
const samplesMax = 20

interface UsageRow extends Record<string, SqlStorageValue> {
  connector_id: string
  run_id: string
  agent: string
  agent_id: string | null
  resource_group: string | null
  model: string | null
  at: number
  input_tokens: number
  output_tokens: number
  cost: number | null
}

/** A run as it was kept before and as it is now. */
export interface Change {
  before: Usage | null
  after: Usage
}

export interface Sums {
  spent: number
  runs: number
  unpriced: number
}

/** What runs used, each once, and what that makes on each day. Nothing here awaits. */
export class UsageBook {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  /**
   * Keeps a run. Told again it changes nothing, unless it says more than before: a price, or tokens, where nobody knew
   * them. When and whose it was stays as it was told first. Null: nothing is new.
   */
  keep(told: Usage, now: number): Change | null {
    if (told.at < now - keptMs) return null
    const known = this.run(told.connectorId, told.runId)
    // A clock that runs ahead must not count in a period that has not come.
    const after = known ? merged(known, told) : { ...told, at: Math.min(told.at, now) }
    if (after === null) return null
    this.sql.exec(
      `INSERT OR REPLACE INTO usage
         (connector_id, run_id, agent, agent_id, resource_group, model, at, input_tokens, output_tokens, cost)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      after.connectorId,
      after.runId,
      after.agent,
      after.agentId,
      after.group,
      after.model,
      after.at,
      after.inputTokens,
      after.outputTokens,
      after.costMicroUsd,
    )
    if (known) this.addToDay(known, -1)
    this.addToDay(after, 1)
    return { before: known, after }
  }

  /** What runs of a scope that ended from `start` on and before `end` make together. */
  sumOf(scope: BudgetScope, start: number, end: number): Sums {
    const [column, value] = columnOf(scope)
    return this.sql
      .exec<Record<keyof Sums, number>>(
        `SELECT coalesce(sum(cost), 0) AS spent, count(*) AS runs, count(*) - count(cost) AS unpriced FROM usage
         WHERE at >= ? AND at < ? AND (? IS NULL OR ${column} = ?)`,
        start,
        end,
        value,
        value,
      )
      .one()
  }

  /** Our ids of the agents that used a model in that time. */
  agentsUsing(model: string, start: number, end: number): string[] {
    return this.sql
      .exec<{ id: string }>(
        `SELECT DISTINCT agent_id AS id FROM usage WHERE at >= ? AND at < ? AND model = ? AND agent_id IS NOT NULL`,
        start,
        end,
        model,
      )
      .toArray()
      .map(({ id }) => id)
  }

  /** The median of what the agent's newest priced runs cost; null without any. */
  medianCost(agentId: string): number | null {
    const costs = this.sql
      .exec<{ cost: number }>(
        'SELECT cost FROM usage WHERE agent_id = ? AND cost IS NOT NULL ORDER BY at DESC LIMIT (? + 0)',
        agentId,
        samplesMax,
      )
      .toArray()
      .map(({ cost }) => cost)
      .sort((a, b) => a - b)
    return costs[Math.floor((costs.length - 1) / 2)] ?? null
  }

  renameGroup(from: string, to: string): void {
    this.sql.exec('UPDATE usage SET resource_group = ? WHERE resource_group = ?', to, from)
  }

  forgetOld(now: number): void {
    this.sql.exec('DELETE FROM usage WHERE at < ?', now - keptMs)
  }

  private run(connectorId: string, runId: string): Usage | null {
    const [row] = this.sql
      .exec<UsageRow>('SELECT * FROM usage WHERE connector_id = ? AND run_id = ?', connectorId, runId)
      .toArray()
    if (!row) return null
    const { agent, model, at } = row
    return {
      connectorId,
      runId,
      agent,
      model,
      at,
      agentId: row.agent_id,
      group: row.resource_group,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      costMicroUsd: row.cost,
    }
  }

  private addToDay(usage: Usage, sign: 1 | -1): void {
    this.sql.exec(
      `INSERT INTO days (day, connector_id, agent, model, runs, unpriced, input_tokens, output_tokens, cost, revision)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
       ON CONFLICT (day, connector_id, agent, model) DO UPDATE SET runs = runs + excluded.runs,
         unpriced = unpriced + excluded.unpriced, input_tokens = input_tokens + excluded.input_tokens,
         output_tokens = output_tokens + excluded.output_tokens, cost = cost + excluded.cost, revision = revision + 1`,
      new Date(usage.at).toISOString().slice(0, 10),
      usage.connectorId,
      usage.agent,
      usage.model ?? '',
      sign,
      usage.costMicroUsd === null ? sign : 0,
      sign * usage.inputTokens,
      sign * usage.outputTokens,
      sign * (usage.costMicroUsd ?? 0),
    )
  }
}

/** What is known of a run with what was told of it again; null when that says nothing new. */
const merged = (known: Usage, told: Usage): Usage | null => {
  const pricesIt = known.costMicroUsd === null && told.costMicroUsd !== null
  const knewTokens = known.inputTokens + known.outputTokens > 0
  const countsIt = !knewTokens && told.inputTokens + told.outputTokens > 0
  if (!pricesIt && !countsIt) return null
  return {
    ...known,
    model: known.model ?? told.model,
    inputTokens: knewTokens ? known.inputTokens : told.inputTokens,
    outputTokens: knewTokens ? known.outputTokens : told.outputTokens,
    costMicroUsd: known.costMicroUsd ?? told.costMicroUsd,
  }
}

const columnOf = (scope: BudgetScope): [column: string, value: string | null] => {
  if (scope.kind === 'agent') return ['agent_id', scope.agentId]
  if (scope.kind === 'group') return ['resource_group', scope.group]
  return scope.kind === 'model' ? ['model', scope.model] : ['agent_id', null]
}

export const isOf = (scope: BudgetScope, usage: Usage): boolean =>
  scope.kind === 'organization' ||
  (scope.kind === 'agent' && usage.agentId === scope.agentId) ||
  (scope.kind === 'group' && usage.group === scope.group) ||
  (scope.kind === 'model' && usage.model === scope.model)
