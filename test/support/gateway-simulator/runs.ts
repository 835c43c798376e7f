import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import type { Allowlist } from './allowlist.ts'
import type { ApprovalDesk, ApprovalKind, Decision } from './approvals.ts'
import type { Client, Clients } from './clients.ts'
import type { Ledger } from './ledger.ts'
import type { PluginHost } from './plugins.ts'

type Usage = { inputTokens: number; outputTokens: number; estimatedCostUsd?: number }
export type RunRequest = {
  agent?: string
  sessionKey?: string
  runId?: string
  /** The command an agent wants to run; nothing is executed. Without one the run only talks. */
  command?: string
  /** A tool that our plugin asks about, in place of a command. */
  tool?: { name: string; arguments: Record<string, unknown> }
  /** What the run used, by the gateway's count; a gateway without a price has no cost. */
  usage?: Usage
  /** In how many answers of the model it used that; one unless it says more. */
  answers?: number
  /** What the command would have ended with, had it run. */
  exitCode?: number
  approval?: ApprovalKind | 'none'
  allowed?: readonly Decision[]
  riskKinds?: readonly string[]
  /** The connection that started it, when a client did. */
  startedBy?: Client | null
  /** Keeps the run open until it is aborted. */
  untilAborted?: boolean
}

export type RunOutcome = { outcome: 'allowed' | 'denied' | 'expired' | 'no-surface' | 'talked' | 'aborted' | 'refused' }
export type Run = {
  runId: string
  agent: string
  sessionKey: string
  command: string | null
  outcome: RunOutcome['outcome'] | null
  done: Promise<RunOutcome>
  abort: () => void
}

/** Plays agent runs: the same events in the same order as a real one, and its trace in the ledger. */
export class Runs {
  readonly all = new Map<string, Run>()
  readonly #clients: Clients
  readonly #desk: ApprovalDesk
  readonly #ledger: Ledger
  readonly #allowlist: Allowlist
  readonly #plugins: PluginHost
  /** The row of each session, with the sums of its newest run. */
  readonly sessions = new Map<string, object>()
  /** What was said in each session, with whose run it was and what that used. */
  readonly transcripts = new Map<string, object[]>()
  #calls = 0
  /** How often a model was called, by all runs. */
  modelCalls = 0

  constructor(world: {
    clients: Clients
    desk: ApprovalDesk
    ledger: Ledger
    allowlist: Allowlist
    plugins: PluginHost
  }) {
    this.#clients = world.clients
    this.#desk = world.desk
    this.#ledger = world.ledger
    this.#allowlist = world.allowlist
    this.#plugins = world.plugins
  }

  /** Runs that go on. */
  open(): Run[] {
    return [...this.all.values()].filter(({ outcome }) => outcome === null)
  }

  start(request: RunRequest): Run {
    const runId = request.runId ?? randomUUID()
    const agent = request.agent ?? 'main'
    const sessionKey = request.sessionKey ?? `agent:${agent}:simulated`
    let abort = () => undefined as undefined
    const aborted = new Promise<'aborted'>((resolve) => {
      abort = () => {
        resolve('aborted')
        return undefined
      }
    })
    const run: Run = {
      runId,
      agent,
      sessionKey,
      command: request.command ?? null,
      outcome: null,
      abort,
      done: aborted.then(() => ({ outcome: 'aborted' })),
    }
    this.all.set(runId, run)
    run.done = this.#play(run, request, aborted).then((outcome) => {
      run.outcome = outcome
      return { outcome }
    })
    return run
  }

  async #play(run: Run, request: RunRequest, aborted: Promise<'aborted'>): Promise<RunOutcome['outcome']> {
    const startedAt = Date.now()
    const sessionId = randomUUID()
    let seq = 0
    const emit = (stream: string, data: object) => {
      seq++
      const { runId, sessionKey, agent: agentId } = run
      const payload = { runId, sessionKey, sessionId, agentId, stream, data, seq, ts: Date.now(), isHeartbeat: false }
      this.#tell(stream, payload, request.startedBy ?? null)
    }
    const chat = (state: string, more: object = {}) =>
      this.#clients.broadcast('chat', {
        runId: run.runId,
        sessionKey: run.sessionKey,
        agentId: run.agent,
        seq,
        state,
        ...more,
      })
    const end = (status: 'succeeded' | 'cancelled', more: object = {}) => {
      const endedAt = Date.now()
      // What a run that is cut off has used is nobody's: its row keeps the sums of the run before, under the new name.
      const usage = request.usage ?? { inputTokens: 1_600, outputTokens: 100, estimatedCostUsd: 0.0064 }
      const row = status === 'cancelled' ? this.sessions.get(run.sessionKey) : usage
      this.sessions.set(run.sessionKey, { ...row, lastRunId: run.runId, status: 'done' })
      if (status !== 'cancelled') this.#write(run, usage, request.answers ?? 1)
      const receipt = { requested: model, effective: model, successfulToolNames: [], terminalDisposition: 'visible' }
      emit('lifecycle', {
        phase: 'end',
        startedAt,
        endedAt,
        aborted: status === 'cancelled',
        terminalReceipt: receipt,
        ...more,
      })
      this.#ledger.run(run, 'agent.run.finished', status)
    }
    // The answer to the request that started the run goes out before its first event.
    await Promise.resolve()
    chat('status', { phase: 'preparing_workspace' })
    emit('run_status', { phase: 'preparing_workspace' })
    this.#ledger.run(run, 'agent.run.started', 'started')
    emit('lifecycle', { phase: 'start', startedAt })
    if (this.#plugins.ours !== null && this.#plugins.stopped.has(run.agent)) {
      end('cancelled', { stopReason: 'blocked', error: 'This agent is stopped.' })
      return 'refused'
    }
    this.modelCalls += 1
    emit('lifecycle', { phase: 'model', ...model })
    emit('usage', { outputTokens: 50 })
    if (request.untilAborted) {
      await aborted
      end('cancelled', { status: 'cancelled', stopReason: 'rpc' })
      emit('lifecycle', {
        phase: 'error',
        startedAt,
        endedAt: Date.now(),
        error: 'This operation was aborted',
        aborted: true,
      })
      chat('aborted', { stopReason: 'rpc' })
      return 'aborted'
    }
    const outcome = isTalk(request) ? 'talked' : await this.#runTool(run, request, request.command ?? '', emit)
    emit('lifecycle', { phase: 'model', ...model })
    const text = 'The simulated model has spoken.'
    emit('assistant', { text, delta: text, itemId: `${sessionId}:2` })
    chat('delta', { deltaText: text, message: { role: 'assistant', content: [{ type: 'text', text }] } })
    emit('usage', { outputTokens: 100 })
    emit('lifecycle', { phase: 'finishing', stopReason: 'stop', aborted: false, endedAt: Date.now() })
    emit('lifecycle', { phase: 'model', provider: null, model: null })
    end('succeeded', { stopReason: 'stop', terminalReply: { disposition: 'visible', text } })
    chat('final', { stopReason: 'stop' })
    return outcome
  }

  /** As the real one keeps it: the question, then answers of the model that say what each cost; nothing where nothing has a price. */
  #write(
    { runId, sessionKey }: Run,
    { inputTokens, outputTokens, estimatedCostUsd = 0 }: Usage,
    answers: number,
  ): void {
    const messages = this.transcripts.get(sessionKey) ?? []
    this.transcripts.set(sessionKey, messages)
    const add = (message: object, whose: object) =>
      messages.push({ ...message, __openclaw: { ...whose, seq: messages.length + 1 } })
    const usage = {
      input: inputTokens / answers,
      output: outputTokens / answers,
      cost: { total: estimatedCostUsd / answers },
    }
    add({ role: 'user', content: 'go' }, { idempotencyKey: `${runId}:user` })
    for (let answer = 0; answer < answers; answer++)
      add({ role: 'assistant', content: [{ type: 'text', text: 'done' }], usage }, { runId })
  }

  async #runTool(
    run: Run,
    request: RunRequest,
    command: string,
    emit: (stream: string, data: object) => void,
  ): Promise<RunOutcome['outcome']> {
    const toolCallId = `call_${++this.#calls}`
    const { name, ...given } = request.tool ?? { name: 'exec', arguments: { command } }
    const call = { toolCallId, name }
    const startedAt = Date.now()
    const item = {
      itemId: `tool:${toolCallId}`,
      ...call,
      kind: 'tool',
      title: request.tool ? `Use ${name}` : `Exec ${command}`,
      meta: command,
      commandBearing: request.tool === undefined,
    }
    emit('item', { ...item, phase: 'start', status: 'running', startedAt })
    emit('tool', { phase: 'start', ...call, args: given.arguments })
    this.#ledger.tool(run, 'tool.action.started', 'started', call)
    const { decision, id } = await this.#decide(run, request, command, toolCallId, (approvalId) =>
      emit('lifecycle', { phase: 'waiting-approval', approvalId, toolCallId }),
    )
    if (id) emit('lifecycle', { phase: 'approval-resolved', approvalId: id, toolCallId })
    const allowed = decision === 'allow-once' || decision === 'allow-always'
    const exitCode = allowed ? (request.exitCode ?? 0) : null
    const text = allowed
      ? '(simulated output)'
      : decision === 'no-surface'
        ? '{\n  "status": "error",\n  "tool": "exec",\n  "error": "exec denied: Headless runs cannot wait for interactive exec approval."\n}'
        : `Exec denied (gateway id=${id}, ${decision === 'deny' ? 'user-denied' : 'approval-timeout'}): ${command}`
    const status = allowed ? 'completed' : 'failed'
    const details = {
      status,
      exitCode,
      durationMs: Date.now() - startedAt,
      aggregated: text,
      cwd: workspaceOf(run.agent),
    }
    const result = { content: [{ type: 'text', text }], details }
    emit('tool', { phase: 'result', ...call, meta: command, isError: !allowed, commandBearing: true, result })
    emit('item', { ...item, phase: 'end', status, startedAt, endedAt: Date.now() })
    emit('command_output', { itemId: `command:${toolCallId}`, phase: 'end', ...call, output: text, status, exitCode })
    this.#ledger.tool(run, 'tool.action.finished', allowed && exitCode === 0 ? 'succeeded' : 'failed', call)
    if (allowed) return 'allowed'
    return decision === 'no-surface' ? 'no-surface' : decision === 'deny' ? 'denied' : 'expired'
  }

  async #decide(run: Run, request: RunRequest, command: string, toolCallId: string, onAsked: (id: string) => void) {
    const kind = request.approval ?? (request.tool ? 'plugin' : 'exec')
    const { agent: agentId, sessionKey, runId } = run
    const cwd = workspaceOf(agentId)
    const executable = `/usr/bin/${basename(command.split(' ')[0] ?? '')}`
    const isKnown = kind === 'exec' && this.#allowlist.covers(agentId, executable, cwd, command)
    if (kind === 'none' || isKnown) return { decision: 'allow-once' as const, id: null }
    const origin = { agentId, sessionKey, runId, toolCallId, turnSourceChannel: 'webchat', scope: null }
    const riskKinds = [...(request.riskKinds ?? [])]
    const warningLines = riskKinds.map((risk) => `Contains ${risk}`)
    const analysis = { commandCount: 1, nestedCommandCount: 0, riskKinds, warningLines }
    const details =
      kind === 'plugin'
        ? request.tool
          ? this.#plugins.ask(runId, toolCallId, request.tool.name, request.tool.arguments)
          : {
              pluginId: 'simulated',
              title: 'Tool approval',
              description: `exec ${command}`,
              severity: 'warning',
              toolName: 'exec',
            }
        : {
            command,
            systemRunBinding: null,
            systemRunPlan: null,
            cwd,
            nodeId: null,
            host: 'gateway',
            security: 'allowlist',
            ask: 'always',
            warningText: null,
            commandAnalysis: analysis,
            resolvedPath: executable,
            sessionId: null,
          }
    const answer = await this.#desk.ask(
      kind,
      { ...details, ...origin },
      {
        allowed: request.allowed ?? ['allow-once', 'deny'],
        requestedByDevice: request.startedBy?.connect.device?.id ?? null,
        onAsked,
      },
    )
    this.#plugins.waiting.delete(`${runId}:${toolCallId}`)
    if (kind === 'exec' && answer.decision === 'allow-always') {
      this.#allowlist.remember(agentId, executable, cwd, command)
    }
    return answer
  }

  /** Tool events go to the client that started the run, and under another name to those who follow all sessions. */
  #tell(stream: string, payload: object, startedBy: Client | null): void {
    if (stream !== 'tool') {
      this.#clients.broadcast('agent', payload)
      return
    }
    const wants = (client: Client) => client.connect.caps.includes('tool-events')
    this.#clients.broadcast('agent', payload, (client) => client === startedBy && wants(client))
    this.#clients.broadcast(
      'session.tool',
      payload,
      (client) => client !== startedBy && client.subscribed && wants(client),
    )
  }
}

const isTalk = ({ command, tool }: RunRequest) => command === undefined && tool === undefined

export const model = { provider: 'stub', model: 'stub-1' }
export const workspaceOf = (agent: string) => `/workspaces/${agent}`
