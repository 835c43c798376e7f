import WebSocket from 'ws'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import {
  type FrameFromConnector,
  linkProtocol,
  linkSubprotocol,
} from '../../worker/features/connectors/link/contract.ts'
import type { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'
import type { Product } from './product.ts'

/** The frames that a connector leaves unacknowledged at most. */
const window = 4

/** A socket that takes frames of events and acknowledges them. */
export class EventSocket {
  readonly socket: WebSocket
  #through = 0
  #waiting: (() => void) | null = null
  #welcomed: () => void = () => undefined
  readonly welcome = new Promise<void>((resolve) => {
    this.#welcomed = resolve
  })

  constructor(url: string, subprotocol: string[] = [], headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url.replace('http', 'ws'), subprotocol, { headers })
    this.socket.on('close', () => this.#waiting?.())
    this.socket.on('message', (data) => {
      const text = data.toString()
      if (text.startsWith('{"kind":"welcome"')) this.#welcomed()
      if (!text.startsWith('{"kind":"ack"')) return
      this.#through = Number(/"through":(\d+)/.exec(text)?.[1] ?? 0)
      this.#waiting?.()
    })
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject))
  }

  send(frame: FrameFromConnector): void {
    this.socket.send(JSON.stringify(frame))
  }

  async acknowledged(through: number): Promise<void> {
    while (this.#through < through) {
      if (this.socket.readyState !== WebSocket.OPEN) throw new Error('the socket is closed')
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
  }

  /** Sends the events in frames of `size` as a connector does; resolves when all are acknowledged. */
  async tell(events: readonly ConnectorEvent[], size: number): Promise<void> {
    for (let from = 0; from < events.length; from += size) {
      const frame = events.slice(from, from + size)
      const before = from - window * size
      if (before >= 0) await this.acknowledged(events[before + size - 1]?.n ?? 0)
      this.send({ kind: 'events', events: frame })
    }
    await this.acknowledged(events.at(-1)?.n ?? 0)
  }
}

/** A connector's end of the link that has been welcomed. */
export const openLink = async (product: Product, name = 'Bench'): Promise<EventSocket> => {
  const { token } = await product.client.post(CreatedConnector, '/connectors', { name })
  const headers = { authorization: `Bearer ${token}` }
  const link = new EventSocket(`${product.url}/connect`, [linkSubprotocol], headers)
  await link.open()
  const refused = new Promise<never>((_, reject) => {
    link.socket.once('close', (code, reason) => reject(new Error(`closed with ${code} ${reason.toString()}`)))
  })
  refused.catch(() => undefined)
  link.send({
    kind: 'hello',
    protocols: [linkProtocol],
    version: '0.1.0',
    runtime: { kind: 'openclaw', connected: true, version: '2026.9.6', bootId: 'bench', scopes: [] },
    groups: ['read', 'approvals'],
    journal: { id: crypto.randomUUID(), firstUnacknowledged: 1, next: 1 },
    clock: new Date().toISOString(),
    platform: 'bench',
  })
  await Promise.race([link.welcome, refused])
  return link
}

let position = 0
/** A list of so many agents, as an event. */
export const rosterOf = (count: number): ConnectorEvent => ({
  n: ++position,
  key: `roster-${position}`,
  at: new Date().toISOString(),
  type: 'gateway.roster',
  payload: {
    agents: Array.from({ length: count }, (_, index) => ({
      externalId: `agent-${index}`,
      name: `Agent ${index}`,
      model: 'provider/model-1',
      workspace: `/workspaces/agent-${index}`,
      toolsProfile: 'coding',
      isDefault: index === 0,
    })),
  },
})

/** Tool calls, of which most of a busy gateway's events consist. */
export const toolEvents = (count: number): ConnectorEvent[] =>
  Array.from({ length: count }, () => {
    position += 1
    const runId = '6b7a1f0e-52a1-4c9e-8a61-3d5f0a1b2c3d'
    return {
      n: position,
      key: `tool.started:${runId}:${position}`,
      at: new Date().toISOString(),
      type: 'tool.started',
      payload: {
        agent: 'agent-0',
        sessionKey: 'agent:agent-0:main',
        runId,
        tool: 'exec',
        toolCallId: `call_${position}`,
        title: 'Exec git status --short',
      },
    }
  })
