import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import type { z } from 'zod'
import { version } from '../version.ts'
import { Challenge, GatewayFrame, gatewayFrameBytesMax, Hello } from './frames.ts'
import { type Identity, proveDevice } from './identity.ts'
import { GatewayGone, GatewayRequestFailed, goneByClose, goneByConnectError } from './refusal.ts'

export type SessionOptions = {
  url: string
  /** The shared token or this device's own; empty when the gateway asks for none. */
  token: string
  identity: Identity
  scopes: readonly string[]
  caps: readonly string[]
  /** What this device is called in the gateway's lists and beside its decisions. */
  displayName: string
  onEvent: (name: string, payload: unknown) => void
  onFault: (fault: string, detail: string) => void
  handshakeTimeoutMs?: number
}

type Pending = {
  method: string
  resolve: (payload: unknown) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

const client = { id: 'gateway-client', mode: 'ui', platform: process.platform }
export const gatewayProtocol = 4

/** One open connection to a gateway, from hello to close. */
export class GatewaySession {
  readonly #socket: WebSocket
  readonly #options: SessionOptions
  readonly #pending = new Map<string, Pending>()
  #lastFrameAt = Date.now()
  #watch: NodeJS.Timeout | null = null
  #gone: GatewayGone | null = null
  #hello: Hello | null = null
  /** Resolves, never rejects, when the session is over. */
  readonly closed: Promise<GatewayGone>

  private constructor(options: SessionOptions) {
    this.#options = options
    this.#socket = new WebSocket(options.url, {
      maxPayload: gatewayFrameBytesMax,
      handshakeTimeout: options.handshakeTimeoutMs ?? 10_000,
      perMessageDeflate: false,
      followRedirects: false,
    })
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => {
        const gone = this.#gone ?? goneByClose(code, reason.toString('utf8'))
        this.#gone = gone
        if (this.#watch) clearInterval(this.#watch)
        for (const pending of this.#pending.values()) {
          clearTimeout(pending.timer)
          pending.reject(gone)
        }
        this.#pending.clear()
        resolve(gone)
      })
    })
    this.#socket.on('error', (error) => {
      const tooLarge = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
      if (tooLarge) options.onFault('frame-too-large', 'The gateway sent a frame beyond the bound.')
      this.#gone ??= new GatewayGone(
        'lost',
        null,
        `No connection to the gateway at ${options.url} (${error.message}). Is it running there?`,
      )
    })
    this.#socket.on('message', (data, isBinary) => this.#receive(isBinary ? null : data.toString()))
  }

  /** Connects, proves this device and waits for the gateway's hello; throws `GatewayGone` with the reason if not. */
  static async open(options: SessionOptions): Promise<GatewaySession> {
    const session = new GatewaySession(options)
    const timer = setTimeout(
      () => session.#fail(new GatewayGone('lost', null, 'The gateway did not finish the handshake in time.')),
      options.handshakeTimeoutMs ?? 10_000,
    )
    try {
      const challenge = await Promise.race([session.#challenge, session.closed.then((gone) => Promise.reject(gone))])
      await session.#connect(challenge)
      return session
    } catch (error) {
      session.#socket.terminate()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  get hello(): Hello {
    if (!this.#hello) throw new Error('A session is handed out only after its hello.')
    return this.#hello
  }

  get url(): string {
    return this.#options.url
  }

  /** Sends one request; rejects with `GatewayRequestFailed`, `GatewayGone`, or after the timeout. */
  async call<T extends z.ZodType>(method: string, params: object, answer: T, timeoutMs = 30_000): Promise<z.output<T>> {
    const parsed = answer.safeParse(await this.#request(method, params, timeoutMs))
    if (parsed.success) return parsed.data
    this.#options.onFault('unexpected-answer', `The answer to ${method} is not what the protocol says.`)
    throw new Error(`${method}: the gateway's answer is not what the protocol says.`)
  }

  /** Stops reading until `resume`: the kernel's buffers then slow the gateway down. */
  pause(): void {
    this.#socket.pause()
  }
  resume(): void {
    this.#lastFrameAt = Date.now()
    this.#socket.resume()
  }

  close(detail: string): void {
    this.#fail(new GatewayGone('stopped', null, detail))
  }

  #fail(gone: GatewayGone): void {
    this.#gone ??= gone
    this.#socket.resume()
    this.#socket.close(1000)
    setTimeout(() => this.#socket.terminate(), 500).unref()
  }

  #gotChallenge: (challenge: Challenge) => void = () => undefined
  #challenge = new Promise<Challenge>((resolve) => {
    this.#gotChallenge = resolve
  })

  async #connect(challenge: Challenge): Promise<void> {
    const { identity, scopes, caps, token, displayName } = this.#options
    const signed = { ...signer, role: 'operator', scopes, token, nonce: challenge.nonce, signedAtMs: challenge.ts }
    const params = {
      minProtocol: gatewayProtocol,
      maxProtocol: gatewayProtocol,
      client: { ...client, version, displayName },
      role: 'operator',
      scopes,
      caps,
      ...(token ? { auth: { token } } : {}),
      device: proveDevice(identity, signed),
      locale: 'en-US',
      userAgent: `clawbutler/${version}`,
    }
    const hello = Hello.safeParse(await this.#request('connect', params, 15_000))
    if (!hello.success || hello.data.protocol !== gatewayProtocol) {
      throw new GatewayGone('refused', null, `The gateway does not speak protocol ${gatewayProtocol}.`)
    }
    this.#hello = hello.data
    const deadAfterMs = 3 * hello.data.policy.tickIntervalMs
    this.#watch = setInterval(
      () => {
        if (this.#socket.isPaused || Date.now() - this.#lastFrameAt <= deadAfterMs) return
        this.#gone ??= new GatewayGone('lost', null, `The gateway was silent for ${deadAfterMs} ms.`)
        this.#socket.terminate()
      },
      Math.min(1_000, deadAfterMs / 3),
    )
  }

  #request(method: string, params: object, timeoutMs: number): Promise<unknown> {
    if (this.#gone) return Promise.reject(this.#gone)
    const id = randomUUID()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id)
        reject(new Error(`${method}: the gateway did not answer within ${timeoutMs} ms.`))
      }, timeoutMs)
      this.#pending.set(id, { method, resolve, reject, timer })
      this.#socket.send(JSON.stringify({ type: 'req', id, method, params }))
    })
  }

  #receive(text: string | null): void {
    this.#lastFrameAt = Date.now()
    const frame = parseFrame(text)
    if (!frame) this.#options.onFault('garbage-frame', 'The gateway sent a frame that is not of its protocol.')
    else if (frame.type === 'res') this.#settle(frame)
    else if (frame.event === 'connect.challenge') this.#takeChallenge(frame.payload)
    else this.#options.onEvent(frame.event, frame.payload)
  }

  #takeChallenge(payload: unknown): void {
    const challenge = Challenge.safeParse(payload)
    if (challenge.success) this.#gotChallenge(challenge.data)
    else this.#fail(new GatewayGone('refused', null, 'The gateway sent a challenge that cannot be signed.'))
  }

  #settle(frame: Extract<GatewayFrame, { type: 'res' }>): void {
    const pending = this.#pending.get(frame.id)
    if (!pending) return
    this.#pending.delete(frame.id)
    clearTimeout(pending.timer)
    const error = frame.error ?? { code: 'UNKNOWN', message: 'no reason given' }
    if (frame.ok) pending.resolve(frame.payload)
    else if (pending.method === 'connect') pending.reject(goneByConnectError(error))
    else pending.reject(new GatewayRequestFailed(pending.method, error))
  }
}

const signer = { clientId: client.id, clientMode: client.mode, platform: client.platform }

function parseFrame(text: string | null): GatewayFrame | null {
  if (text === null) return null
  try {
    const frame = GatewayFrame.safeParse(JSON.parse(text))
    return frame.success ? frame.data : null
  } catch {
    return null
  }
}
