import WebSocket from 'ws'
import { z } from 'zod'
import {
  closeCodes,
  type FrameFromConnector,
  FrameToConnector,
  frameBytesMax,
  heartbeatIntervalMs,
  linkSubprotocol,
} from '../../worker/features/connectors/link/contract.ts'
import { version } from '../version.ts'
import { type Ending, endingOfClose, endingOfStatus } from './closing.ts'

export type Welcome = Extract<FrameToConnector, { kind: 'welcome' }>
export type LinkSocketOptions = {
  server: string
  token: string
  hello: () => FrameFromConnector
  onWelcome: (welcome: Welcome, roundTripMs: number) => void
  onFrame: (frame: FrameToConnector) => void
  heartbeatMs?: number
}

/** A command of a kind that we do not know yet: answered, not punished. */
const UnknownCommand = z.object({ kind: z.literal('command'), id: z.string().max(64), command: z.string() })

export const connectUrl = (server: string): string => {
  const url = new URL(server)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/connect`
  return url.toString()
}

/** One connection to the cloud, from dialling to its ending. */
export class LinkSocket {
  readonly #socket: WebSocket
  readonly #options: LinkSocketOptions
  #welcomed = false
  #helloSentAt = 0
  #lastHeardAt = Date.now()
  #pingSentAt = 0
  /** The newest heartbeat's way there and back. */
  latencyMs: number | null = null
  /** Resolves, never rejects. */
  readonly ended: Promise<Ending>

  constructor(options: LinkSocketOptions) {
    this.#options = options
    const heartbeatMs = options.heartbeatMs ?? heartbeatIntervalMs
    this.#socket = new WebSocket(connectUrl(options.server), linkSubprotocol, {
      headers: { authorization: `Bearer ${options.token}`, 'user-agent': `clawbutler/${version}` },
      maxPayload: frameBytesMax,
      handshakeTimeout: 15_000,
      followRedirects: false,
    })
    const heartbeat = setInterval(() => this.#beat(heartbeatMs), heartbeatMs)
    this.ended = new Promise((resolve) => {
      const end = (ending: Ending) => {
        clearInterval(heartbeat)
        resolve(ending)
      }
      this.#socket.on('unexpected-response', (_request, response) => {
        const retryAfter = response.headers['retry-after']
        end(endingOfStatus(response.statusCode ?? 0, retryAfter))
        response.resume()
        this.#socket.terminate()
      })
      this.#socket.on('close', (code, reason) => end(endingOfClose(code, reason.toString('utf8'))))
      // The message of a socket error names an address at most; headers and token are not in it.
      this.#socket.on('error', (error) =>
        end({ kind: 'retry', detail: `The server cannot be reached: ${error.message}`, afterMs: null }),
      )
    })
    this.#socket.on('open', () => {
      this.#helloSentAt = Date.now()
      this.send(options.hello())
    })
    this.#socket.on('message', (data, isBinary) => this.#receive(isBinary ? null : data.toString()))
  }

  send(frame: FrameFromConnector): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  close(): void {
    this.#socket.close(1000, 'stopped')
    setTimeout(() => this.#socket.terminate(), 1_000).unref()
  }

  /** Gives the connection up at once, for a fresh one. */
  abandon(): void {
    this.#socket.terminate()
  }

  #beat(heartbeatMs: number): void {
    if (Date.now() - this.#lastHeardAt > 2.5 * heartbeatMs) this.#socket.terminate()
    else if (this.#socket.readyState === WebSocket.OPEN) {
      this.#pingSentAt = Date.now()
      this.#socket.send('ping')
    }
  }

  #receive(text: string | null): void {
    this.#lastHeardAt = Date.now()
    if (text === 'pong') {
      this.latencyMs = Date.now() - this.#pingSentAt
      return
    }
    const value = parseJson(text)
    const frame = FrameToConnector.safeParse(value)
    if (!frame.success) this.#answerUnknown(value)
    else if (frame.data.kind === 'welcome') this.#takeWelcome(frame.data)
    else if (this.#welcomed) this.#options.onFrame(frame.data)
    else this.#refuse('a frame before the welcome')
  }

  #takeWelcome(welcome: Welcome): void {
    if (this.#welcomed) this.#refuse('a second welcome')
    else {
      this.#welcomed = true
      this.#options.onWelcome(welcome, Date.now() - this.#helloSentAt)
    }
  }

  #answerUnknown(value: unknown): void {
    const unknown = UnknownCommand.safeParse(value)
    if (!unknown.success || !this.#welcomed) this.#refuse('not a frame of this protocol')
    else {
      const { id, command } = unknown.data
      const detail = `This connector does not know ${command.slice(0, 100)} in that form.`
      this.send({ kind: 'result', id, ok: false, failure: 'unsupported', detail })
    }
  }

  #refuse(why: string): void {
    this.#socket.close(closeCodes.badFrame, why)
  }
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
