import { env, SELF } from 'cloudflare:test'
import { vi } from 'vitest'
import type { z } from 'zod'
import { createConnector } from '../../worker/features/connectors/create.ts'
import type { CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import {
  type ConnectorHello,
  FrameToConnector,
  linkSubprotocol,
} from '../../worker/features/connectors/link/contract.ts'
import type { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'
import type { OrganizationContext } from '../../worker/platform/context.ts'

type Frame<K extends FrameToConnector['kind']> = Extract<FrameToConnector, { kind: K }>
type Told = ConnectorEvent extends infer E ? (E extends ConnectorEvent ? Omit<E, 'n'> : never) : never

export const sessionOf = (connectorId: string) =>
  env.CONNECTOR_SESSION.get(env.CONNECTOR_SESSION.idFromName(connectorId))

/** A connector as somebody has just created it, with its token. */
export const aConnector = async (ctx: OrganizationContext, name = 'Probe') => {
  const { connector, token } = await createConnector(ctx, { name })
  return { id: connector.id, token, session: sessionOf(connector.id) }
}

/** The upgrade over the real route. */
export const dial = (token: string | null, headers: Record<string, string> = {}): Promise<Response> =>
  SELF.fetch('http://localhost:8787/connect', {
    headers: {
      upgrade: 'websocket',
      'sec-websocket-protocol': linkSubprotocol,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  })

/** The connector's end of a link: speaks frames, remembers what came. */
export class Link {
  readonly frames: FrameToConnector[] = []
  readonly raw: string[] = []
  closed: { code: number; reason: string } | null = null
  /** Called with each command that comes, beside its being remembered. */
  onCommand: ((command: Frame<'command'>) => void) | null = null
  private readonly socket: WebSocket
  private n = 0

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.accept()
    socket.addEventListener('message', ({ data }) => {
      const text = String(data)
      this.raw.push(text)
      if (!text.startsWith('{')) return
      const frame = FrameToConnector.parse(JSON.parse(text))
      this.frames.push(frame)
      if (frame.kind === 'command') this.onCommand?.(frame)
    })
    socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason }
    })
  }

  /** Opens a link; throws when the answer is no upgrade. */
  static async open(token: string): Promise<Link> {
    const { webSocket, status } = await dial(token)
    if (!webSocket) throw new Error(`answered ${status}`)
    return new Link(webSocket)
  }

  /** Opens a link and says hello; resolves when it is welcome. */
  static async welcome(token: string, facts: Partial<z.infer<typeof ConnectorHello>> = {}): Promise<Link> {
    const link = await Link.open(token)
    link.hello(facts)
    await link.next('welcome')
    return link
  }

  hello(facts: Partial<z.infer<typeof ConnectorHello>> = {}): void {
    this.send({ ...aHello(), ...facts })
  }

  /** Any frame, also a wrong one. */
  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' || frame instanceof ArrayBuffer ? frame : JSON.stringify(frame))
  }

  /** Numbers the events and sends them as one frame; answers it for a resend. */
  tell(...told: Told[]) {
    const frame = { kind: 'events', events: told.map((event) => ({ ...event, n: ++this.n })) }
    this.send(frame)
    return frame
  }

  /** The same, and waits until they are acknowledged. */
  async report(...told: Told[]) {
    const frame = this.tell(...told)
    await this.acknowledged(this.n)
    return frame
  }

  async acknowledged(through: number): Promise<void> {
    await vi.waitFor(() => {
      if (this.closed) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`)
      if (!this.frames.some((frame) => frame.kind === 'ack' && frame.through >= through)) throw new Error('no ack')
    }, patience)
  }

  answer(id: string, failure?: Extract<z.infer<typeof CommandResult>, { ok: false }>['failure']): void {
    this.send({ kind: 'result', id, ...(failure ? { ok: false, failure, detail: '' } : { ok: true }) })
  }

  /** The `count`th frame of a kind, as soon as it is there. */
  next<K extends FrameToConnector['kind']>(kind: K, count = 1): Promise<Frame<K>> {
    return vi.waitFor(() => {
      const frame = this.frames.filter((each): each is Frame<K> => each.kind === kind)[count - 1]
      if (!frame) throw new Error(`no ${kind} yet${this.closed ? `, closed with ${this.closed.code}` : ''}`)
      return frame
    }, patience)
  }

  /** How the cloud closed the link. */
  closing(): Promise<{ code: number; reason: string }> {
    return vi.waitFor(() => {
      if (!this.closed) throw new Error('still open')
      return this.closed
    }, patience)
  }

  /** Goes away. */
  close(): void {
    this.socket.close(1000, 'gone')
  }
}

const patience = { timeout: 20_000, interval: 10 }

export const aHello = (): z.infer<typeof ConnectorHello> => ({
  kind: 'hello',
  protocols: [1],
  version: '0.1.0',
  runtime: { kind: 'openclaw', connected: true, version: '2026.1.1', bootId: 'boot-1', scopes: [] },
  groups: ['read', 'approvals'],
  journal: { id: 'journal-1', firstUnacknowledged: 1, next: 1 },
  clock: new Date().toISOString(),
  platform: 'linux',
})
