import { createServer, type Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Command, CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import {
  FrameFromConnector,
  type FrameToConnector,
  frameBytesMax,
  linkSubprotocol,
} from '../../worker/features/connectors/link/contract.ts'
import type { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'
import type { AgentStop } from '../../worker/features/connectors/link/stops/contract.ts'

export type CloudOptions = { token?: string; acknowledge?: boolean; connectorId?: string; port?: number }

/**
 * The cloud's end of the link, as small as it can be and as strict as the contract: every frame is parsed, every
 * position must follow the last one, and only what is kept is acknowledged.
 */
export class Cloud {
  readonly token: string
  readonly events: ConnectorEvent[] = []
  readonly results: CommandResult[] = []
  readonly steps: Extract<FrameFromConnector, { kind: 'step' }>[] = []
  /** How agents under orders are, each as it was told last. */
  readonly stops = new Map<string, AgentStop>()
  readonly faults: string[] = []
  readonly hellos: Extract<FrameFromConnector, { kind: 'hello' }>[] = []
  readonly states: Extract<FrameFromConnector, { kind: 'gateway' }>[] = []
  /** The last position of each journal. */
  readonly cursors = new Map<string, number>()
  acknowledge: boolean
  answersPings = true
  connectorId: string
  framesWithoutAck = 0
  framesWithoutAckMost = 0
  frameEventsMost = 0
  frameBytesMost = 0
  /** Refuse the upgrade with this status. */
  refuseWith: number | null = null
  #server: Server | null = null
  #port = 0
  #socket: WebSocket | null = null
  #journal = ''

  private constructor(options: CloudOptions) {
    this.token = options.token ?? 'connector-token'
    this.acknowledge = options.acknowledge ?? true
    this.connectorId = options.connectorId ?? 'con_00000000000000000000000001'
  }

  static async start(options: CloudOptions = {}): Promise<Cloud> {
    const cloud = new Cloud(options)
    await cloud.open(options.port)
    return cloud
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`
  }

  async open(port = this.#port): Promise<void> {
    const server = createServer((_request, response) => response.end('{"status":"ok"}'))
    const sockets = new WebSocketServer({ noServer: true, maxPayload: frameBytesMax })
    server.on('upgrade', (request, socket, head) => {
      const authorized = request.headers.authorization === `Bearer ${this.token}`
      const right = request.url === '/connect' && request.headers['sec-websocket-protocol'] === linkSubprotocol
      const status = this.refuseWith ?? (!right ? 400 : authorized ? null : 401)
      if (status !== null) {
        socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
        return
      }
      sockets.handleUpgrade(request, socket, head, (accepted) => this.#accept(accepted))
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const address = server.address()
    this.#port = typeof address === 'object' && address ? address.port : 0
    this.#server = server
  }

  get connected() {
    return this.#socket !== null
  }

  sendCommand(command: Omit<Command, 'kind'> | Record<string, unknown>): void {
    this.#socket?.send(JSON.stringify({ kind: 'command', ...command }))
  }

  sendRaw(text: string): void {
    this.#socket?.send(text)
  }

  acknowledgeAll(): void {
    this.#send({ kind: 'ack', journal: this.#journal, through: this.cursors.get(this.#journal) ?? 0 })
    this.framesWithoutAck = 0
  }

  end(code: number, reason = ''): void {
    this.#socket?.close(code, reason)
  }

  /** As a crash does it: no close frame. */
  drop(): void {
    this.#socket?.terminate()
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.#socket?.terminate()
    server?.closeAllConnections()
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
  }

  keys(): string[] {
    return this.events.map((event) => event.key)
  }

  of<T extends ConnectorEvent['type']>(type: T): Extract<ConnectorEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ConnectorEvent, { type: T }> => event.type === type)
  }

  #send(frame: FrameToConnector): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  #accept(socket: WebSocket): void {
    this.#socket = socket
    this.framesWithoutAck = 0
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null
    })
    socket.on('message', (data) => {
      const text = data.toString()
      if (text === 'ping') return this.answersPings && socket.send('pong')
      const frame = FrameFromConnector.safeParse(JSON.parse(text))
      if (!frame.success) return this.faults.push(`not of the contract: ${frame.error.message}`)
      this.#take(frame.data, text.length)
    })
  }

  #take(frame: FrameFromConnector, bytes: number): void {
    switch (frame.kind) {
      case 'hello':
        this.hellos.push(frame)
        this.#journal = frame.journal.id
        this.#send({
          kind: 'welcome',
          protocol: 1,
          connectorId: this.connectorId,
          name: 'Test',
          clock: new Date().toISOString(),
        })
        return
      case 'gateway':
        this.states.push(frame)
        return
      case 'result':
        this.results.push(frame)
        return
      case 'step':
        this.steps.push(frame)
        return
      case 'stops':
        for (const told of frame.agents) this.stops.set(`${frame.orderId}:${told.agent}`, told)
        return
      case 'events':
        this.#keep(frame.events, bytes)
    }
  }

  #keep(events: ConnectorEvent[], bytes: number): void {
    this.frameEventsMost = Math.max(this.frameEventsMost, events.length)
    this.frameBytesMost = Math.max(this.frameBytesMost, bytes)
    this.framesWithoutAck++
    this.framesWithoutAckMost = Math.max(this.framesWithoutAckMost, this.framesWithoutAck)
    for (const event of events) {
      const last = this.cursors.get(this.#journal) ?? 0
      if (event.n > last + 1) this.faults.push(`gap: ${event.n} after ${last}`)
      if (event.n <= last) continue
      this.cursors.set(this.#journal, event.n)
      // One event for each key, as the audit sequence keeps it.
      if (!this.events.some((kept) => kept.key === event.key)) this.events.push(event)
    }
    if (this.acknowledge) this.acknowledgeAll()
  }
}
