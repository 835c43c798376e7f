import { DurableObject } from 'cloudflare:workers'
import type { z } from 'zod'
import { decisionDelivered, undeliveredDecisions } from '../../worker/features/approvals/index.ts'
import {
  connectorBrokeProtocol,
  connectorCameOnline,
  connectorContext,
  connectorWentOffline,
  gatewayStateChanged,
} from '../../worker/features/connectors/index.ts'
import {
  type CommandResult,
  type ConnectorHello,
  closeCodes,
  type DiagnosticStep,
  type FrameFromConnector,
  linkProtocol,
  linkSubprotocol,
  silenceMaxMs,
} from '../../worker/features/connectors/link/contract.ts'
import { backgroundContext, type OrganizationContext } from '../../worker/platform/context.ts'
import { newId } from '../../worker/platform/ids.ts'
import { logFault } from '../../worker/platform/log.ts'
import { Alarms } from '../support/alarms.ts'
import { migrate } from '../support/migrate.ts'
import { attach, attachmentOf } from './attachment.ts'
import { CommandQueue } from './commands.ts'
import { type BadFrame, parseFrame, sendFrame } from './frames.ts'
import { migrations } from './migrations.ts'
import { Intake } from './receive.ts'
import type { ConnectorSessionRpc, QueuedCommand } from './rpc.ts'
import { OpenRuns } from './runs.ts'
import { sessionHeaders } from './stub.ts'

const helloWithinMs = 10_000
const answerWithinMs = 45_000
const framesWaitingMax = 32

/** One connector: owns its live socket, the intake of its events and the commands it has not answered yet. */
export class ConnectorSession extends DurableObject<Env> implements ConnectorSessionRpc {
  private readonly commands: CommandQueue
  private readonly alarms: Alarms<'hello' | 'silence' | 'deadline'>
  /** Who awaits the answer to a command that need not survive: a waiting request keeps the object awake. */
  private readonly awaited = new Map<string, (result: z.infer<typeof CommandResult>) => void>()
  private intake: Intake | null = null
  /** Frames are taken one after the other, in the order in which they came. */
  private work: Promise<void> = Promise.resolve()
  private waiting = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
    this.commands = new CommandQueue(ctx.storage.sql)
    this.alarms = new Alarms(ctx.storage, ['hello', 'silence', 'deadline'])
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /** The upgrade. The Worker has checked the token; its headers say whose session this is. */
  override async fetch(request: Request): Promise<Response> {
    const organizationId = request.headers.get(sessionHeaders.organization)
    const connectorId = request.headers.get(sessionHeaders.connector)
    if (!organizationId || !connectorId) return new Response(null, { status: 400 })
    this.ctx.storage.sql.exec(
      'INSERT OR REPLACE INTO identity (only, organization_id, connector_id) VALUES (1, ?, ?)',
      organizationId,
      connectorId,
    )
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    const now = Date.now()
    attach(server, { v: 1, openedAt: now, heardAt: now, journalId: null })
    await this.alarms.set('hello', now + helloWithinMs)
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { 'sec-websocket-protocol': linkSubprotocol },
    })
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (this.waiting >= framesWaitingMax)
      return this.refuse(socket, { fault: 'flood', detail: 'too many frames at once' })
    this.waiting += 1
    this.work = this.work.then(async () => {
      try {
        await this.take(socket, message)
      } catch (error) {
        // Not acknowledged, so not lost: the connector sends it again to a fresh socket.
        logFault('connector.intake-failed', error, { connectorId: this.identity()?.connectorId ?? null })
        socket.close(closeCodes.tryLater, 'try again later')
      } finally {
        this.waiting -= 1
      }
    })
    await this.work
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    await this.lost(socket, 'closed', `socket closed with ${code}`)
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.lost(socket, 'closed', 'socket failed')
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    await this.alarms.run(now, async (name) => {
      if (name === 'hello') await this.dropSpeechless(now)
      else if (name === 'silence') await this.listenForSilence(now)
      else await this.giveUpOverdue(now)
    })
  }

  async enqueue(command: QueuedCommand): Promise<void> {
    this.commands.add(command)
    await this.armDeadline()
    const socket = this.live()
    if (socket) sendFrame(socket, { kind: 'command', ...command })
  }

  async hangUp(cause: 'paused' | 'removed' | 'rotated'): Promise<void> {
    const live = this.live()
    for (const socket of this.ctx.getWebSockets()) socket.close(closeCodes[cause], cause)
    if (live) await this.wentOffline(live, cause, `the connector was ${cause}`)
    if (cause === 'removed') await this.ctx.storage.deleteAlarm()
  }

  async sync(): Promise<boolean> {
    const socket = this.live()
    if (!socket) return false
    sendFrame(socket, { kind: 'command', id: newId('cmd'), command: 'gateway.sync', params: {}, deadline: inAWhile() })
    return true
  }

  async diagnose(): Promise<z.infer<typeof DiagnosticStep>[] | null> {
    const socket = this.live()
    if (!socket) return null
    const id = newId('cmd')
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      const answered = new Promise<z.infer<typeof CommandResult> | null>((resolve) => {
        this.awaited.set(id, resolve)
        timer = setTimeout(() => resolve(null), answerWithinMs)
      })
      sendFrame(socket, { kind: 'command', id, command: 'gateway.diagnose', params: {}, deadline: inAWhile() })
      const result = await answered
      return result?.ok ? (result.steps ?? []) : null
    } finally {
      // A timer that is left running would keep the object from sleeping.
      clearTimeout(timer)
      this.awaited.delete(id)
    }
  }

  private async take(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (socket.readyState !== WebSocket.OPEN) return
    const parsed = parseFrame(message)
    if (!parsed.ok) return this.refuse(socket, parsed)
    const attachment = attachmentOf(socket)
    attach(socket, { ...attachment, heardAt: Date.now() })
    const { frame } = parsed
    if (frame.kind === 'hello') return this.greet(socket, frame)
    const { journalId } = attachment
    if (journalId === null) return this.refuse(socket, { fault: 'no-hello', detail: 'the first frame must be a hello' })
    await this.act(socket, journalId, frame)
  }

  private async act(
    socket: WebSocket,
    journal: string,
    frame: Exclude<FrameFromConnector, { kind: 'hello' }>,
  ): Promise<void> {
    const ctx = this.context()
    if (frame.kind === 'events') {
      await this.intakeOf(ctx).receive(ctx, frame.events)
      sendFrame(socket, { kind: 'ack', journal, through: Math.max(...frame.events.map((event) => event.n)) })
    } else if (frame.kind === 'gateway') {
      await gatewayStateChanged(ctx, ctx.actor.id, frame)
      if (frame.connected) this.sendWaiting(socket)
    } else await this.answered(ctx, frame)
  }

  private async greet(socket: WebSocket, hello: z.infer<typeof ConnectorHello>): Promise<void> {
    if (!hello.protocols.includes(linkProtocol))
      return socket.close(closeCodes.protocolVersion, `speak protocol ${linkProtocol}`)
    const ctx = this.context()
    for (const other of this.ctx.getWebSockets())
      if (other !== socket) other.close(closeCodes.replaced, 'a newer connection took over')
    attach(socket, { ...attachmentOf(socket), journalId: hello.journal.id })
    await connectorCameOnline(ctx, ctx.actor.id, hello)
    await this.alarms.set('silence', Date.now() + silenceMaxMs)
    sendFrame(socket, {
      kind: 'welcome',
      protocol: linkProtocol,
      connectorId: ctx.actor.id,
      name: '',
      clock: new Date().toISOString(),
    })
    for (const command of await undeliveredDecisions(ctx, ctx.actor.id)) this.commands.add(command)
    await this.armDeadline()
    this.sendWaiting(socket)
  }

  private async answered(ctx: OrganizationContext, result: z.infer<typeof CommandResult>): Promise<void> {
    this.awaited.get(result.id)?.(result)
    if (!this.commands.has(result.id)) return
    // The gateway is away: the command stays and goes out again when the gateway is back.
    if (!result.ok && result.failure === 'gateway_unreachable') return
    await decisionDelivered(ctx, result.id, result)
    // A crash before this line sends the command once more, and its answer finds the approval already moved.
    this.commands.remove(result.id)
    await this.armDeadline()
  }

  private sendWaiting(socket: WebSocket): void {
    for (const command of this.commands.waiting(Date.now())) sendFrame(socket, command)
  }

  private async refuse(socket: WebSocket, { fault, detail }: BadFrame): Promise<void> {
    socket.close(closeCodes.badFrame, `${fault}: ${detail}`.slice(0, 120))
    const ctx = this.context()
    await connectorBrokeProtocol(ctx, ctx.actor.id, fault, detail)
  }

  private async lost(socket: WebSocket, cause: 'closed', detail: string): Promise<void> {
    const { journalId } = attachmentOf(socket)
    const replaced = this.live()
    if (journalId !== null && (!replaced || replaced === socket)) await this.wentOffline(socket, cause, detail)
  }

  private async dropSpeechless(now: number): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) {
      const { journalId, openedAt } = attachmentOf(socket)
      if (journalId === null && openedAt + helloWithinMs <= now) socket.close(closeCodes.badFrame, 'no hello')
    }
  }

  /** Runs as often as a silence would end. Restarted without a socket, it finds that the connector is gone. */
  private async listenForSilence(now: number): Promise<void> {
    const socket = this.live()
    const heardAt = socket ? this.heardAt(socket) : 0
    if (socket && now - heardAt < silenceMaxMs) return this.alarms.set('silence', heardAt + silenceMaxMs)
    socket?.close(closeCodes.tryLater, 'silent for too long')
    await this.wentOffline(socket, 'silent', `nothing heard for ${silenceMaxMs / 1000} s`)
  }

  private async giveUpOverdue(now: number): Promise<void> {
    const ctx = this.context()
    for (const id of this.commands.overdue(now)) {
      await decisionDelivered(ctx, id, { ok: false, failure: 'expired' })
      this.commands.remove(id)
    }
    await this.armDeadline()
  }

  private async wentOffline(
    socket: WebSocket | undefined,
    cause: 'silent' | 'closed' | 'paused' | 'removed' | 'rotated',
    detail: string,
  ): Promise<void> {
    const ctx = this.context()
    await connectorWentOffline(ctx, ctx.actor.id, cause, detail, socket ? this.heardAt(socket) : Date.now())
    await this.alarms.clear('silence')
  }

  private heardAt(socket: WebSocket): number {
    const beat = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0
    return Math.max(beat, attachmentOf(socket).heardAt)
  }

  private async armDeadline(): Promise<void> {
    const due = this.commands.nextDeadline()
    if (due === null) await this.alarms.clear('deadline')
    else await this.alarms.set('deadline', due)
  }

  /** The socket that has said hello. */
  private live(): WebSocket | undefined {
    return this.ctx
      .getWebSockets()
      .find((socket) => socket.readyState === WebSocket.OPEN && attachmentOf(socket).journalId !== null)
  }

  private identity() {
    const [row] = this.ctx.storage.sql
      .exec<{ organization_id: string; connector_id: string }>('SELECT organization_id, connector_id FROM identity')
      .toArray()
    return row && { organizationId: row.organization_id, connectorId: row.connector_id }
  }

  private context(): OrganizationContext {
    const identity = this.identity()
    if (!identity) throw new Error('the session has not been opened yet')
    const ctx = backgroundContext(this.env, (work) => this.ctx.waitUntil(work))
    return connectorContext(ctx, identity.organizationId, identity.connectorId)
  }

  private intakeOf(ctx: OrganizationContext): Intake {
    this.intake ??= new Intake(ctx.actor.id, new OpenRuns(this.ctx.storage.sql))
    return this.intake
  }
}

const inAWhile = () => new Date(Date.now() + answerWithinMs).toISOString()
