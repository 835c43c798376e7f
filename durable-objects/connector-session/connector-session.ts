import { DurableObject } from 'cloudflare:workers'
import type { z } from 'zod'
import {
  connectorBrokeProtocol,
  connectorCameOnline,
  connectorContext,
  connectorWentOffline,
  gatewayStateChanged,
} from '../../worker/features/connectors/index.ts'
import type { CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import {
  type ConnectorHello,
  closeCodes,
  type FrameFromConnector,
  linkProtocol,
  linkSubprotocol,
  silenceMaxMs,
} from '../../worker/features/connectors/link/contract.ts'
import type { DiagnosticStep } from '../../worker/features/connectors/link/diagnosis/contract.ts'
import type { GatewayQuestion } from '../../worker/features/connectors/link/questions/contract.ts'
import { stopsReported } from '../../worker/features/kill-switch/index.ts'
import { backgroundContext, type OrganizationContext } from '../../worker/platform/context.ts'
import { newId } from '../../worker/platform/ids.ts'
import { logFault } from '../../worker/platform/log.ts'
import { Alarms } from '../support/alarms.ts'
import { closeBack } from '../support/close-back.ts'
import { migrate } from '../support/migrate.ts'
import { askThrough } from './ask.ts'
import { attach, attachmentOf } from './attachment.ts'
import { Delivery } from './delivery.ts'
import { type BadFrame, parseFrame, sendFrame } from './frames.ts'
import { HealthWatch, type LinkNow } from './health/health-watch.ts'
import { migrations } from './migrations.ts'
import { Questions } from './questions.ts'
import { Intake } from './receive.ts'
import type { Asked, ConnectorSessionRpc, HealthFigures, QueuedCommand } from './rpc.ts'
import { OpenRuns } from './runs.ts'
import { Sockets } from './sockets.ts'
import { sessionHeaders } from './stub.ts'

const helloWithinMs = 10_000
const answerWithinMs = 45_000
const framesWaitingMax = 32

type Cause = Parameters<typeof connectorWentOffline>[2]

/** One connector: owns its live socket, the intake of its events and the commands it has not answered yet. */
export class ConnectorSession extends DurableObject<Env> implements ConnectorSessionRpc {
  private readonly sockets: Sockets
  private readonly alarms: Alarms<'hello' | 'silence' | 'deadline' | 'health'>
  private readonly watch: HealthWatch
  private readonly questions = new Questions()
  private readonly delivery: Delivery
  /** Caches: rebuilt after eviction. Whose session this is never changes. */
  private known: { organizationId: string; connectorId: string } | null = null
  private intake: Intake | null = null
  private work: Promise<unknown> = Promise.resolve()
  private framesWaiting = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
    this.sockets = new Sockets(ctx)
    this.alarms = new Alarms(ctx.storage, ['hello', 'silence', 'deadline', 'health'])
    this.watch = new HealthWatch(ctx.storage.sql)
    this.delivery = new Delivery(ctx.storage.sql, this.questions, this.alarms)
  }

  /** The upgrade. The Worker has checked the token; its headers say whose session this is. */
  override async fetch(request: Request): Promise<Response> {
    const organizationId = request.headers.get(sessionHeaders.organization)
    const connectorId = request.headers.get(sessionHeaders.connector)
    const tokenDigest = request.headers.get(sessionHeaders.tokenDigest)
    if (!organizationId || !connectorId || !tokenDigest) return new Response(null, { status: 400 })
    this.ctx.storage.sql.exec(
      'INSERT OR REPLACE INTO identity (only, organization_id, connector_id) VALUES (1, ?, ?)',
      organizationId,
      connectorId,
    )
    const now = Date.now()
    const webSocket = this.sockets.accept(tokenDigest, now)
    await this.alarms.setIfUnset('hello', now + helloWithinMs)
    return new Response(null, { status: 101, webSocket, headers: { 'sec-websocket-protocol': linkSubprotocol } })
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (this.framesWaiting >= framesWaitingMax)
      return this.refuse(socket, { fault: 'flood', detail: 'too many frames at once' })
    this.framesWaiting += 1
    await this.inOrder(async () => {
      try {
        await this.take(socket, message)
      } catch (error) {
        // Not acknowledged, so not lost: the connector sends it again over a fresh socket.
        logFault('connector.intake-failed', error, { connectorId: this.identity()?.connectorId ?? null })
        socket.close(closeCodes.tryLater, 'try again later')
      } finally {
        this.framesWaiting -= 1
      }
    })
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    closeBack(socket)
    await this.inOrder(() => this.lost(socket, `socket closed with ${code}`))
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.inOrder(() => this.lost(socket, 'socket failed'))
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    await this.alarms.run(now, (name, due) =>
      this.inOrder(async () => {
        if (name === 'hello') await this.dropSpeechless(now)
        else if (name === 'silence') await this.listenForSilence(now, due)
        else if (name === 'health') await this.lookAtHealth({ is: this.sockets.live() ? 'live' : 'closed' })
        else await this.delivery.giveUpOverdue(this.context(), now)
      }),
    )
  }

  enqueue(command: QueuedCommand): Promise<void> {
    return this.enqueueAll([command])
  }

  async enqueueAll(commands: readonly QueuedCommand[]): Promise<void> {
    if (await this.delivery.order(commands, this.sockets.live())) return
    // Not awaited: whoever gives the order may be this session itself, on the way through what a connector told.
    this.ctx.waitUntil(this.inOrder(() => this.delivery.refuseStops(this.context())))
  }

  async hangUp(cause: 'paused' | 'removed' | 'rotated'): Promise<void> {
    const live = this.sockets.live()
    for (const socket of this.sockets.open()) socket.close(closeCodes[cause], cause)
    if (live)
      await this.inOrder(() => this.wentOffline(cause, `the connector was ${cause}`, this.sockets.heardAt(live)))
    if (cause !== 'removed') return
    this.delivery.clear()
    await this.alarms.clearAll()
  }

  async sync(): Promise<boolean> {
    const socket = this.sockets.live()
    if (!socket) return false
    sendFrame(socket, { kind: 'command', id: newId('cmd'), command: 'gateway.sync', params: {}, deadline: inAWhile() })
    return true
  }

  async diagnose(
    told?: (step: z.infer<typeof DiagnosticStep>) => Promise<void>,
  ): Promise<z.infer<typeof DiagnosticStep>[] | null> {
    const socket = this.sockets.live()
    if (!socket) return null
    const id = newId('cmd')
    const params = told ? { stepwise: true } : {}
    const answer = await this.questions.ask(
      id,
      answerWithinMs,
      () => sendFrame(socket, { kind: 'command', id, command: 'gateway.diagnose', params, deadline: inAWhile() }),
      // Whoever asked may have left; the answer that they no longer wait for says everything once more.
      told && ((step) => void told(step).catch(() => undefined)),
    )
    return answer?.ok ? (answer.steps ?? []) : null
  }

  async ask(question: GatewayQuestion): Promise<Asked> {
    const asked = await askThrough(this.questions, this.sockets.live(), question, answerWithinMs)
    if (asked.ok && asked.answer.question === 'config') this.watch.configurationIs(asked.answer, Date.now())
    return asked
  }

  async health(agent: string | null): Promise<HealthFigures> {
    return this.watch.figures(agent, Date.now())
  }

  carryOut(command: QueuedCommand, withinMs: number): Promise<z.infer<typeof CommandResult> | null> {
    return this.questions.ask(command.id, withinMs, () => this.enqueue(command))
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
      this.intake ??= new Intake(ctx.actor.id, new OpenRuns(this.ctx.storage.sql), (command) => this.enqueue(command))
      await this.intake.receive(ctx, frame.events)
      this.watch.heard(frame.events, Date.now())
      sendFrame(socket, { kind: 'ack', journal, through: Math.max(...frame.events.map((event) => event.n)) })
    } else if (frame.kind === 'gateway') {
      await gatewayStateChanged(ctx, ctx.actor.id, frame)
      if (frame.connected) await this.delivery.gatewayIsThere(ctx, socket)
      this.watch.gatewayIs(frame.connected, frame.detail, Date.now())
      await this.lookAtHealth({ is: 'live' })
    } else if (frame.kind === 'stops') await stopsReported(ctx, ctx.actor.id, frame)
    else if (frame.kind === 'step') this.questions.step(frame.id, frame.step)
    else await this.delivery.answered(ctx, frame)
  }

  private async greet(socket: WebSocket, hello: z.infer<typeof ConnectorHello>): Promise<void> {
    if (!hello.protocols.includes(linkProtocol))
      return socket.close(closeCodes.protocolVersion, `speak protocol ${linkProtocol}`)
    const ctx = this.context()
    const admitted = await connectorCameOnline(ctx, ctx.actor.id, attachmentOf(socket).tokenDigest, hello)
    if (!admitted.ok) return socket.close(closeCodes[admitted.because], admitted.because)
    attach(socket, { ...attachmentOf(socket), journalId: hello.journal.id, takesStops: hello.groups.includes('stop') })
    for (const other of this.sockets.open())
      if (other !== socket) other.close(closeCodes.replaced, 'a newer connection took over')
    await this.alarms.set('silence', Date.now() + silenceMaxMs)
    sendFrame(socket, {
      kind: 'welcome',
      protocol: linkProtocol,
      connectorId: ctx.actor.id,
      name: admitted.name,
      clock: new Date().toISOString(),
    })
    await this.delivery.welcome(ctx, socket, hello.runtime.connected)
    this.watch.gatewayIs(hello.runtime.connected, null, Date.now())
    await this.lookAtHealth({ is: 'live' })
  }

  /** Closes a socket that broke the protocol; whoever said hello on it is offline by that. */
  private async refuse(socket: WebSocket, { fault, detail }: BadFrame): Promise<void> {
    socket.close(closeCodes.badFrame, `${fault}: ${detail}`.slice(0, 120))
    const ctx = this.context()
    await connectorBrokeProtocol(ctx, ctx.actor.id, fault, detail)
    if (attachmentOf(socket).journalId !== null && !this.sockets.live())
      await this.wentOffline('fault', fault, this.sockets.heardAt(socket))
  }

  private async lost(socket: WebSocket, detail: string): Promise<void> {
    if (attachmentOf(socket).journalId === null || this.sockets.live()) return
    try {
      await this.wentOffline('closed', detail, this.sockets.heardAt(socket))
    } catch (error) {
      // Still set, the silence alarm tells it later.
      logFault('connector.close-failed', error, { connectorId: this.identity()?.connectorId ?? null })
    }
  }

  private async dropSpeechless(now: number): Promise<void> {
    for (const socket of this.sockets.speechless()) {
      const due = attachmentOf(socket).openedAt + helloWithinMs
      if (due > now) return this.alarms.set('hello', due)
      await this.refuse(socket, { fault: 'no-hello', detail: `no hello within ${helloWithinMs / 1000} s` })
    }
  }

  /** Runs as often as a silence would end. Restarted without a socket, it finds that the connector is gone. */
  private async listenForSilence(now: number, due: number): Promise<void> {
    const socket = this.sockets.live()
    const heardAt = socket ? this.sockets.heardAt(socket) : due - silenceMaxMs
    if (socket && now - heardAt < silenceMaxMs) {
      await this.alarms.set('silence', heardAt + silenceMaxMs)
      // Not waited for: its answer is a frame, and frames wait for their turn behind this.
      if (this.watch.shouldAsk(now)) this.ctx.waitUntil(this.ask({ question: 'config' }))
      return this.lookAtHealth({ is: 'live' })
    }
    socket?.close(closeCodes.tryLater, 'silent for too long')
    await this.wentOffline('silent', `nothing heard for ${silenceMaxMs / 1000} s`, heardAt)
  }

  private async wentOffline(cause: Cause, detail: string, heardAt: number): Promise<void> {
    this.questions.abandon()
    const ctx = this.context()
    await connectorWentOffline(ctx, ctx.actor.id, cause, detail, heardAt)
    await this.lookAtHealth({ is: 'lost', paused: cause === 'paused', heardAt })
    // Last: a crash before it repeats all of this when the alarm comes.
    await this.alarms.clear('silence')
  }

  private async lookAtHealth(link: LinkNow): Promise<void> {
    const now = Date.now()
    await this.watch.look(this.context(), link, now)
    const due = this.watch.nextDue(now)
    if (due !== null) await this.alarms.set('health', due)
  }

  /** What concerns the connector happens one after the other, in the order in which it came. */
  private inOrder(step: () => Promise<void>): Promise<void> {
    const done = this.work.then(step)
    this.work = done.catch(() => {})
    return done
  }

  private identity() {
    if (this.known) return this.known
    const [row] = this.ctx.storage.sql
      .exec<{ organization_id: string; connector_id: string }>('SELECT organization_id, connector_id FROM identity')
      .toArray()
    if (row) this.known = { organizationId: row.organization_id, connectorId: row.connector_id }
    return this.known
  }

  private context(): OrganizationContext {
    const identity = this.identity()
    if (!identity) throw new Error('the session has not been opened yet')
    const ctx = backgroundContext(this.env, (work) => this.ctx.waitUntil(work))
    return connectorContext(ctx, identity.organizationId, identity.connectorId)
  }
}

const inAWhile = () => new Date(Date.now() + answerWithinMs).toISOString()
