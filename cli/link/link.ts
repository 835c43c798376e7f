import type { Command, CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import type { FrameFromConnector } from '../../worker/features/connectors/link/contract.ts'
import { backoffMs, pause } from '../connector/backoff.ts'
import type { Journal } from '../journal/journal.ts'
import type { Ending } from './closing.ts'
import { Sender } from './sender.ts'
import { LinkSocket, type Welcome } from './socket.ts'

export type LinkOptions = {
  server: string
  token: string
  journal: Journal
  hello: () => FrameFromConnector
  /** Throws to refuse: the connector then stops with that sentence. */
  onWelcome: (welcome: Welcome) => Promise<void>
  /** Carries a command out; `cloudNow` is the cloud's clock, by which its deadline counts. */
  onCommand: (command: Command, cloudNow: number) => Promise<CommandResult>
  say: (line: string) => void
  heartbeatMs?: number
}

export type LinkState = {
  connected: boolean
  detail: string | null
  name: string | null
  protocol: number | null
  latencyMs: number | null
  /** How far our clock is ahead of the cloud's. */
  clockAheadMs: number | null
}

const ackPatienceMs = 20_000
const stableAfterMs = 5_000

/** The lasting relation to the cloud. `run` ends only when it must: stopped here, or told that coming back is useless. */
export class Link {
  readonly #options: LinkOptions
  readonly #stop = new AbortController()
  #socket: LinkSocket | null = null
  #sender: Sender | null = null
  /** Our own reason to stop, which goes before the reason of the socket. */
  #refused: Ending | null = null
  #welcomed = false
  #state: LinkState = {
    connected: false,
    detail: null,
    name: null,
    protocol: null,
    latencyMs: null,
    clockAheadMs: null,
  }

  constructor(options: LinkOptions) {
    this.#options = options
  }

  get state(): LinkState {
    return { ...this.#state, latencyMs: this.#socket?.latencyMs ?? this.#state.latencyMs }
  }

  /** Sends a frame if the cloud has welcomed us; frames that matter later are in the journal, not here. */
  tell(frame: FrameFromConnector): void {
    if (this.#welcomed) this.#socket?.send(frame)
  }

  stop(): void {
    this.#stop.abort()
    this.#socket?.close()
  }

  async run(): Promise<Extract<Ending, { kind: 'stop' }> | null> {
    const { signal } = this.#stop
    let attempt = 0
    while (!signal.aborted) {
      const openedAt = Date.now()
      const ending = await this.#once()
      this.#state = { ...this.#state, connected: false, detail: ending.detail }
      if (signal.aborted) return null
      if (ending.kind === 'stop') return ending
      if (this.#welcomed || attempt === 0) this.#options.say(ending.detail)
      attempt = this.#welcomed && Date.now() - openedAt > stableAfterMs ? 0 : attempt + 1
      this.#welcomed = false
      await pause(ending.afterMs ?? backoffMs(attempt), signal)
    }
    return null
  }

  async #once(): Promise<Ending> {
    const { journal, server, token, hello, heartbeatMs } = this.#options
    this.#sender = null
    this.#refused = null
    const socket = new LinkSocket({
      server,
      token,
      hello,
      ...(heartbeatMs ? { heartbeatMs } : {}),
      onWelcome: (welcome, roundTripMs) => {
        const clockAheadMs = Math.round(Date.now() - roundTripMs / 2 - Date.parse(welcome.clock))
        const { name, protocol } = welcome
        this.#state = { connected: true, detail: null, name, protocol, latencyMs: roundTripMs, clockAheadMs }
        this.#options.onWelcome(welcome).then(
          () => {
            this.#welcomed = true
            this.#sender = new Sender(journal, (events) => socket.send({ kind: 'events', events }))
            this.#guard(this.#sender.pump(), socket)
          },
          (error: Error) => {
            this.#refused = { kind: 'stop', exitCode: 1, detail: error.message }
            socket.close()
          },
        )
      },
      onFrame: (frame) => {
        if (frame.kind === 'ack') this.#guard(this.#sender?.acknowledge(frame.journal, frame.through), socket)
        if (frame.kind === 'command') this.#guard(this.#carryOut(frame, socket), socket)
      },
    })
    this.#socket = socket
    if (this.#stop.signal.aborted) socket.close()
    const journalId = journal.id
    const off = journal.onChange(() => {
      if (journal.id !== journalId) return socket.abandon()
      this.#guard(this.#sender?.pump(), socket)
    })
    const watch = setInterval(() => {
      if ((this.#sender?.waitingMs(Date.now()) ?? 0) > ackPatienceMs) socket.abandon()
    }, 1_000)
    const ending = await socket.ended
    clearInterval(watch)
    off()
    return this.#leave(ending)
  }

  /** A disk that fails under the sending ends this connection; the next one begins again from the disk. */
  #guard(work: Promise<void> | undefined, socket: LinkSocket): void {
    work?.catch((error: unknown) => {
      this.#options.say(`The link failed: ${error instanceof Error ? error.message : String(error)}`)
      socket.abandon()
    })
  }

  /** Ends the sending; our own refusal is the reason, where there is one. */
  #leave(ending: Ending): Ending {
    this.#sender?.close()
    return this.#refused ?? ending
  }

  async #carryOut(command: Command, socket: LinkSocket): Promise<void> {
    const cloudNow = Date.now() - (this.#state.clockAheadMs ?? 0)
    socket.send(await this.#options.onCommand(command, cloudNow))
  }
}
