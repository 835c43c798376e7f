import type { CostEstimate } from '../../worker/features/approvals/contract.ts'
import type { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'
import type { ToldUsage } from '../../worker/features/cost/index.ts'

/** How long an ended run is remembered, so that a late repeat of its start does not open it again. */
const endedKeptMs = 7 * 86_400_000
/** How many of an agent's ended runs an estimate looks at. */
const samplesMax = 20

type Ended = Extract<ConnectorEvent, { type: 'run.ended' }>['payload']
type Called = Extract<ConnectorEvent, { type: 'model.called' }>['payload']

interface RunTally {
  agent: string
  openRuns: number
  at: number
}

/**
 * Which runs the gateway has open, by what it told. The same events again, in whatever order they are repeated, leave
 * the same list: a run ends once and never opens again.
 */
export class OpenRuns {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  /** Takes the events in and answers the new count of each agent that they touched. */
  follow(events: ConnectorEvent[]): RunTally[] {
    const touched = new Map<string, number>()
    const touch = (agent: string, at: number) => touched.set(agent, Math.max(at, touched.get(agent) ?? 0))
    for (const event of events) {
      // Nearly all events are such, and say nothing of a run.
      if (event.type === 'tool.started' || event.type === 'tool.ended') continue
      const at = Date.parse(event.at)
      if (event.type === 'run.started') {
        const { runId, agent } = event.payload
        this.start(runId, agent, at)
        touch(agent, at)
      } else if (event.type === 'run.ended') {
        this.end(event.payload, at)
        touch(event.payload.agent, at)
      } else if (event.type === 'model.called') this.called(event.payload)
      else if (event.type === 'gateway.connected' && event.payload.restarted)
        for (const agent of this.endAllBefore(at)) touch(agent, at)
    }
    return [...touched].map(([agent, at]) => ({ agent, at, openRuns: this.count(agent) }))
  }

  /** What ended runs used, by what these events say and what was told of the runs before. Behind `follow`. */
  usageIn(events: ConnectorEvent[]): ToldUsage[] {
    return events.flatMap((event) => {
      if (event.type !== 'run.ended') return []
      const { runId, agent, usage } = event.payload
      return [{ runId, agent, usage, at: Date.parse(event.at), model: this.modelOf(runId) }]
    })
  }

  /** What a run of the agent may cost: the median of its last ones whose cost is known. Null while there is none. */
  costEstimate(agent: string): CostEstimate | null {
    const costs = this.sql
      .exec<{ cost: number }>(
        `SELECT cost_micro_usd AS cost FROM runs WHERE agent = ? AND cost_micro_usd IS NOT NULL
         ORDER BY ended_at DESC LIMIT (? + 0)`,
        agent,
        samplesMax,
      )
      .toArray()
      .map(({ cost }) => cost)
      .sort((a, b) => a - b)
    const middle = costs[Math.floor((costs.length - 1) / 2)]
    if (middle === undefined) return null
    return { amountMicroUsd: middle, currency: 'USD', basis: 'agent_usage', samples: costs.length }
  }

  /** Found again in the gateway's ledger, a run from before its last restart is over, though nobody saw it end. */
  private start(runId: string, agent: string, at: number): void {
    this.sql.exec(
      `INSERT OR IGNORE INTO runs (run_id, agent, started_at, ended_at)
       VALUES (?1, ?2, ?3, (SELECT at FROM gateway_restart WHERE at >= ?3))`,
      runId,
      agent,
      at,
    )
  }

  /** Of several the last one is the run's: it gave the answer. */
  private called({ runId, provider, model }: Called): void {
    if (model !== null)
      this.sql.exec('UPDATE runs SET model = ? WHERE run_id = ?', provider ? `${provider}/${model}` : model, runId)
  }

  private modelOf(runId: string): string | null {
    const [row] = this.sql.exec<{ model: string | null }>('SELECT model FROM runs WHERE run_id = ?', runId).toArray()
    return row?.model ?? null
  }

  private end({ runId, agent, usage, outcome, durationMs }: Ended, at: number): void {
    this.sql.exec(
      `INSERT INTO runs (run_id, agent, started_at, ended_at, cost_micro_usd, outcome, duration_ms)
       VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)
       ON CONFLICT (run_id) DO UPDATE SET ended_at = coalesce(ended_at, excluded.ended_at),
         cost_micro_usd = coalesce(cost_micro_usd, excluded.cost_micro_usd),
         outcome = coalesce(outcome, excluded.outcome), duration_ms = coalesce(duration_ms, excluded.duration_ms)`,
      runId,
      agent,
      at,
      usage?.costMicroUsd ?? null,
      outcome,
      durationMs,
    )
    this.sql.exec('DELETE FROM runs WHERE ended_at < ?', Date.now() - endedKeptMs)
  }

  /** A restarted gateway has none of the runs that it had before. Answers whose they were. */
  private endAllBefore(at: number): string[] {
    this.sql.exec(
      'INSERT INTO gateway_restart (only, at) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET at = max(at, excluded.at)',
      at,
    )
    const rows = this.sql
      .exec<{ agent: string }>(
        'UPDATE runs SET ended_at = ?1 WHERE ended_at IS NULL AND started_at <= ?1 RETURNING agent',
        at,
      )
      .toArray()
    return [...new Set(rows.map((row) => row.agent))]
  }

  private count(agent: string): number {
    return this.sql
      .exec<{ open: number }>('SELECT count(*) AS open FROM runs WHERE agent = ? AND ended_at IS NULL', agent)
      .one().open
  }
}
