import { createHash, randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export type LedgerStatus = 'started' | 'succeeded' | 'failed' | 'cancelled' | 'blocked'
export type LedgerRow = {
  schemaVersion: 1
  sequence: number
  eventId: string
  sourceSequence: number
  occurredAt: number
  redaction: 'metadata_only'
  agentId: string
  sessionKey: string
  runId: string
  kind: 'agent_run' | 'tool_action'
  eventType: 'agent_run' | 'tool_action'
  action: string
  status: LedgerStatus
  errorCode?: string
  toolCallId?: string
  toolName?: string
  actor: { type: 'agent'; id: string }
}

type Run = { agent: string; sessionKey: string; runId: string }

/** The gateway's own record of what its agents did; with a file it survives a kill. */
export class Ledger {
  readonly rows: LedgerRow[] = []
  readonly #file: string | null

  constructor(file: string | null) {
    this.#file = file
    if (!file || !existsSync(file)) return
    for (const line of readFileSync(file, 'utf8').split('\n')) if (line) this.rows.push(JSON.parse(line))
  }

  run(run: Run, action: 'agent.run.started' | 'agent.run.finished', status: LedgerStatus): void {
    const errorCode = status === 'cancelled' ? 'run_cancelled' : status === 'failed' ? 'run_failed' : undefined
    this.#add(run, 'agent_run', action, status, errorCode ? { errorCode } : {})
  }

  tool(run: Run, action: 'tool.action.started' | 'tool.action.finished', status: LedgerStatus, call: ToolCall): void {
    const toolCallId = `sha256:${createHash('sha256').update(call.toolCallId).digest('hex')}`
    this.#add(run, 'tool_action', action, status, {
      toolCallId,
      toolName: call.name,
      ...(status === 'failed' ? { errorCode: 'tool_failed' } : {}),
    })
  }

  /** Newest first, in pages. */
  page(limit: number, cursor: string | undefined) {
    const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
    const older = this.rows.filter((row) => row.sequence < before).reverse()
    const events = older.slice(0, limit)
    const last = events.at(-1)
    return { events, ...(older.length > limit && last ? { nextCursor: String(last.sequence) } : {}) }
  }

  #add(run: Run, kind: LedgerRow['kind'], action: string, status: LedgerStatus, more: Partial<LedgerRow>): void {
    const sequence = (this.rows.at(-1)?.sequence ?? 0) + 1
    const row: LedgerRow = {
      schemaVersion: 1,
      sequence,
      eventId: randomUUID(),
      sourceSequence: sequence,
      occurredAt: Date.now(),
      redaction: 'metadata_only',
      agentId: run.agent,
      sessionKey: run.sessionKey,
      runId: run.runId,
      kind,
      eventType: kind,
      action,
      status,
      actor: { type: 'agent', id: run.agent },
      ...more,
    }
    this.rows.push(row)
    if (this.#file) appendFileSync(this.#file, `${JSON.stringify(row)}\n`)
  }
}

export type ToolCall = { toolCallId: string; name: string }
