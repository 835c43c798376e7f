import type { ConnectorEvent } from '../../worker/features/connectors/link/contract.ts'

interface RunTally {
  agent: string
  openRuns: number
  at: number
}

/**
 * Which runs the gateway has open, by what it told. Telling the same events again leaves the same list, so a resend
 * never counts a run twice.
 */
export class OpenRuns {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  /** Takes the events in and answers the new count of each agent that they touched. */
  follow(events: ConnectorEvent[]): RunTally[] {
    const touched = new Map<string, number>()
    for (const event of events) {
      const at = Date.parse(event.at)
      if (event.type === 'run.started') {
        const { runId, agent } = event.payload
        this.sql.exec('INSERT OR IGNORE INTO runs (run_id, agent, started_at) VALUES (?, ?, ?)', runId, agent, at)
        touched.set(agent, at)
      } else if (event.type === 'run.ended') {
        this.sql.exec('DELETE FROM runs WHERE run_id = ?', event.payload.runId)
        touched.set(event.payload.agent, at)
      } else if (event.type === 'gateway.connected' && event.payload.restarted) {
        for (const { agent } of this.sql.exec<{ agent: string }>('SELECT DISTINCT agent FROM runs'))
          touched.set(agent, at)
        this.sql.exec('DELETE FROM runs')
      }
    }
    return [...touched].map(([agent, at]) => ({ agent, at, openRuns: this.count(agent) }))
  }

  private count(agent: string): number {
    return this.sql.exec<{ open: number }>('SELECT count(*) AS open FROM runs WHERE agent = ?', agent).one().open
  }
}
