import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { Allowlist } from './allowlist.ts'
import { ApprovalBook } from './approval-book.ts'
import { ApprovalDesk } from './approvals.ts'
import { type Client, Clients } from './clients.ts'
import { configurationOf } from './configuration.ts'
import { control } from './control.ts'
import { CronDesk } from './cron-desk.ts'
import { FileDesk } from './desks.ts'
import { Ledger } from './ledger.ts'
import { call, methodNames, type World } from './methods.ts'
import { PluginHost } from './plugins.ts'
import { ConnectParams, checkDevice, Refusal, RequestFrame, tickIntervalMsDefault } from './protocol.ts'
import { Roster } from './roster.ts'
import { type Run, type RunRequest, Runs } from './runs.ts'
import { WorkspaceDesk } from './workspace.ts'

export type SimulatorOptions = {
  /** 0 takes any free port. */
  port?: number
  token?: string
  /** A folder in which paired devices, the ledger and the history of decisions survive the process. */
  stateDir?: string
  tickIntervalMs?: number
  approvalTtlMs?: number
  rosterLagMs?: number
}

/** A gateway without agents: speaks protocol 4 as OpenClaw does, executes nothing. */
export class Simulator {
  readonly token: string
  readonly clients = new Clients()
  readonly ledger: Ledger
  readonly desk: ApprovalDesk
  readonly runs: Runs
  readonly roster: Roster
  readonly allowlist: Allowlist
  readonly plugins = new PluginHost()
  readonly files = new FileDesk()
  readonly cron = new CronDesk((event, payload) => this.clients.broadcast(event, payload))
  readonly workspace = new WorkspaceDesk()
  /** Methods that are carried out once more and then answered by a connection that breaks. */
  readonly breaksAfter = new Set<string>()
  /** Methods that are carried out behind something else: a gateway that has much to do. */
  readonly busyWith = new Map<string, () => Promise<void>>()
  bootId = randomUUID()
  readonly #options: SimulatorOptions
  readonly #devicesFile: string | null
  /** Paired devices: the token of each, and the scopes it was paired for. */
  readonly #devices: Map<string, z.infer<typeof PairedDevice>>
  #server: Server | null = null
  #port = 0
  #ticks: NodeJS.Timeout | null = null
  #silent = false
  /** Set to refuse the next connects as a gateway does that still starts. */
  busy = false

  constructor(options: SimulatorOptions) {
    this.#options = options
    this.token = options.token ?? 'simulated-gateway-token'
    const { stateDir } = options
    if (stateDir) mkdirSync(stateDir, { recursive: true })
    this.#devicesFile = stateDir ? join(stateDir, 'devices.json') : null
    const known = this.#devicesFile && existsSync(this.#devicesFile) ? readFileSync(this.#devicesFile, 'utf8') : '{}'
    this.#devices = new Map(Object.entries(z.record(z.string(), PairedDevice).parse(JSON.parse(known))))
    this.ledger = new Ledger(stateDir ? join(stateDir, 'ledger.jsonl') : null)
    this.desk = new ApprovalDesk(
      this.clients,
      options.approvalTtlMs ?? 1_800_000,
      new ApprovalBook(stateDir ? join(stateDir, 'approvals.jsonl') : null),
    )
    this.allowlist = new Allowlist(stateDir ? join(stateDir, 'exec-approvals.json') : null)
    this.runs = new Runs(this)
    this.roster = new Roster(options.rosterLagMs ?? 300)
  }

  get port() {
    return this.#port
  }
  get url() {
    return `ws://127.0.0.1:${this.#port}`
  }
  get httpUrl() {
    return `http://127.0.0.1:${this.#port}`
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => void control(this, request, response))
    const sockets = new WebSocketServer({ server, maxPayload: 26_214_400 })
    sockets.on('connection', (socket) => this.#accept(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port || (this.#options.port ?? 0), '127.0.0.1', resolve)
    })
    const address = server.address()
    this.#port = typeof address === 'object' && address ? address.port : 0
    this.#server = server
    const tickMs = this.#options.tickIntervalMs ?? tickIntervalMsDefault
    this.#ticks = setInterval(() => {
      if (!this.#silent) this.clients.broadcast('tick', { ts: Date.now() })
    }, tickMs)
  }

  /** An agent wants to run a command; the result says what became of it. */
  startRun(request: RunRequest): Run {
    return this.runs.start(request)
  }

  createAgent(name: string): void {
    this.roster.create(name)
    this.configChanged()
  }

  deleteAgent(id: string): void {
    this.roster.delete(id)
    this.configChanged()
  }

  configChanged(): void {
    this.clients.broadcast('config.changed', {
      path: '/simulated/openclaw.json',
      hash: configurationOf(this.#world()).hash,
      ts: Date.now(),
    })
  }

  /** Frames that no protocol allows. */
  sendGarbage(count: number): void {
    const garbage = ['{', 'null', '[]', '{"type":"event"}', '{"type":"nonsense"}', '\u0000']
    for (let index = 0; index < count; index++) {
      for (const client of this.clients.all) client.socket.send(garbage[index % garbage.length] ?? '{')
    }
  }

  /** Many true events at once. */
  flood(runs: number): void {
    for (let index = 0; index < runs; index++) {
      const runId = `flood-${this.bootId}-${index}`
      const base = { runId, sessionKey: 'agent:main:flood', agentId: 'main', stream: 'lifecycle', ts: Date.now() }
      this.clients.broadcast('agent', { ...base, seq: 1, data: { phase: 'start', startedAt: Date.now() } })
      this.clients.broadcast('agent', { ...base, seq: 2, data: { phase: 'end', aborted: false, endedAt: Date.now() } })
    }
  }

  /** Stops ticking and answering, as a process does that hangs. */
  fallSilent(): void {
    this.#silent = true
  }

  /** Closes every connection with a code of its own. */
  disconnect(code: number, reason: string): void {
    for (const client of this.clients.all) client.socket.close(code, reason)
  }

  removeDevices(): void {
    this.#devices.clear()
    this.disconnect(4001, 'device removed')
  }

  /** What a configuration change can bring: shutdown, close 1012, away for a while, back with another boot id. */
  async restart(awayMs = 200): Promise<void> {
    this.clients.broadcast('shutdown', { reason: 'gateway restarting', restartExpectedMs: awayMs })
    this.desk.forgetPending()
    await this.#shut(1012, 'service restart')
    this.bootId = randomUUID()
    await new Promise((resolve) => setTimeout(resolve, awayMs))
    this.#silent = false
    await this.open()
  }

  async close(): Promise<void> {
    await this.#shut(1001, 'going away')
  }

  async #shut(code: number, reason: string): Promise<void> {
    if (this.#ticks) clearInterval(this.#ticks)
    this.disconnect(code, reason)
    const server = this.#server
    this.#server = null
    if (!server) return
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      setTimeout(() => {
        for (const client of this.clients.all) client.socket.terminate()
        server.closeAllConnections()
      }, 100)
    })
  }

  #accept(socket: WebSocket): void {
    const nonce = randomBytes(16).toString('base64url')
    const challengedAt = Date.now()
    let client: Client | null = null
    socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce, ts: challengedAt } }))
    socket.on('close', () => client && this.clients.all.delete(client))
    socket.on('error', () => socket.terminate())
    socket.on('message', async (data) => {
      if (this.#silent) return
      const frame = RequestFrame.safeParse(parseJson(data.toString()))
      if (!frame.success) return socket.close(1008, 'invalid request frame')
      const { id, method, params } = frame.data
      const answer = (body: object) => socket.send(JSON.stringify({ type: 'res', id, ...body }))
      try {
        if (!client) {
          if (method !== 'connect')
            throw new Refusal('INVALID_REQUEST', 'first request must be connect', undefined, 1008)
          const { connected, hello } = this.#connect(socket, params, nonce, challengedAt)
          client = connected
          answer({ ok: true, payload: hello })
          this.clients.all.add(connected)
          return
        }
        await this.busyWith.get(method)?.()
        const payload = await call(this.#world(), client, method, params)
        if (this.breaksAfter.delete(method)) return socket.terminate()
        answer({ ok: true, payload })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        const retryable = error.code === 'UNAVAILABLE' ? { retryable: true, retryAfterMs: 500 } : {}
        const details = error.details ? { details: error.details } : {}
        answer({ ok: false, error: { code: error.code, message: error.message, ...details, ...retryable } })
        if (error.closeCode) socket.close(error.closeCode, error.message)
      }
    })
  }

  #world(): World {
    const { clients, desk, ledger, allowlist, plugins, roster, runs } = this
    return {
      clients,
      desk,
      ledger,
      allowlist,
      plugins,
      roster,
      desks: { files: this.files, cron: this.cron, workspace: this.workspace },
      runs,
      port: () => this.#port,
      configChanged: () => this.configChanged(),
    }
  }

  #connect(socket: WebSocket, raw: Record<string, unknown>, nonce: string, challengedAt: number) {
    if (this.busy) throw new Refusal('UNAVAILABLE', 'gateway is starting', { reason: 'startup-sidecars' }, 1013)
    const parsed = ConnectParams.safeParse(raw)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const path = issue?.path.join('/') ?? ''
      throw new Refusal('INVALID_REQUEST', `invalid connect params: at /${path}: ${issue?.message}`, undefined, 1008)
    }
    const connect = parsed.data
    if (connect.minProtocol > 4 || connect.maxProtocol < 4) {
      throw new Refusal(
        'INVALID_REQUEST',
        'protocol mismatch',
        { code: 'PROTOCOL_MISMATCH', expectedProtocol: 4 },
        1002,
      )
    }
    const token = connect.auth?.token
    if (!token) throw new Refusal('INVALID_REQUEST', 'no token', { code: 'AUTH_TOKEN_MISSING' }, 1008)
    const paired = connect.device ? this.#devices.get(connect.device.id) : undefined
    const byDevice = paired !== undefined && token === paired.token
    if (token !== this.token && !byDevice) {
      const details = { code: 'AUTH_TOKEN_MISMATCH', canRetryWithDeviceToken: paired !== undefined }
      throw new Refusal('INVALID_REQUEST', 'unauthorized: gateway token mismatch', details, 1008)
    }
    if (byDevice && connect.scopes.some((scope) => !paired.scopes.includes(scope))) {
      const details = { code: 'AUTH_SCOPE_MISMATCH' }
      throw new Refusal('INVALID_REQUEST', 'unauthorized: device token scope mismatch', details, 1008)
    }
    checkDevice(connect, nonce, challengedAt)
    const connId = randomUUID()
    const scopes = connect.device || ['backend', 'cli'].includes(connect.client.mode) ? connect.scopes : []
    const connected: Client = { connId, socket, connect, scopes, subscribed: false }
    return { connected, hello: this.#hello(connected, byDevice) }
  }

  #hello(client: Client, byDevice: boolean) {
    const { device } = client.connect
    return {
      type: 'hello-ok',
      protocol: 4,
      server: { version: '2026.9.6', buildId: 'simulated', bootId: this.bootId, connId: client.connId },
      features: { methods: methodNames, events: [], capabilities: [] },
      snapshot: { presence: [], health: { ok: true } },
      auth: {
        method: byDevice ? 'device-token' : 'token',
        role: 'operator',
        scopes: client.scopes,
        ...(device && client.connect.client.mode !== 'backend'
          ? { deviceToken: this.#pair(device.id, client.scopes) }
          : {}),
      },
      policy: {
        maxPayload: 26_214_400,
        maxBufferedBytes: 52_428_800,
        tickIntervalMs: this.#options.tickIntervalMs ?? tickIntervalMsDefault,
      },
    }
  }

  /** On loopback a device is paired without asking. */
  #pair(deviceId: string, scopes: string[]): string {
    const known = this.#devices.get(deviceId)
    const token = known?.token ?? randomBytes(32).toString('base64url')
    this.#devices.set(deviceId, { token, scopes: [...new Set([...(known?.scopes ?? []), ...scopes])] })
    if (this.#devicesFile) writeFileSync(this.#devicesFile, JSON.stringify(Object.fromEntries(this.#devices)))
    return token
  }
}

const PairedDevice = z.object({ token: z.string(), scopes: z.array(z.string()) })

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options)
  await simulator.open()
  return simulator
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
