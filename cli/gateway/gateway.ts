import type { CommandGroup } from '../../worker/features/connectors/link/commands/contract.ts'
import { backoffMs, pause } from '../connector/backoff.ts'
import type { EventDraft } from '../journal/draft.ts'
import { accessFor } from './access.ts'
import { Faults } from './faults.ts'
import { type Identity, saveIdentity } from './identity.ts'
import { Live } from './live.ts'
import type { GatewayMemory } from './memory.ts'
import { GatewayGone } from './refusal.ts'
import { GatewaySession } from './session.ts'
import type { Stops } from './stops/stops.ts'
import { type GatewayToken, gatewayTokens } from './tokens.ts'

export type GatewayOptions = {
  url: string
  token: string | null
  stateDir: string
  identity: Identity
  memory: GatewayMemory
  groups: readonly CommandGroup[]
  displayName: string
  append: (draft: EventDraft) => Promise<void>
  /** How many bytes wait for the disk; beyond a bound the gateway is not read. */
  waitingBytes: () => number
  onState: (state: GatewayLinkState) => void
  /** Who keeps agents stopped; null where nobody may. */
  stops: Stops | null
  say: (line: string) => void
  env: NodeJS.ProcessEnv
}

export type GatewayLinkState = {
  connected: boolean
  version: string | null
  bootId: string | null
  detail: string | null
  scopes: readonly string[]
}

const authBackoff = { firstMs: 30_000, mostMs: 300_000 }
const restartBackoff = { firstMs: 250, mostMs: 2_000 }
const restartTakesMs = 120_000

/** The lasting relation to one gateway: connects, comes back, and says so in the journal. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #faults: Faults
  readonly #stop = new AbortController()
  #live: Live | null = null
  #state: GatewayLinkState = { connected: false, version: null, bootId: null, detail: null, scopes: [] }
  #held: string | null = null
  #release: (() => void) | null = null
  #lastGone: GatewayGone | null = null
  #told = ''
  #restartingUntil = 0
  #restartedAt: number[] = []
  #announced: Promise<void> = Promise.resolve()
  #finished: Promise<void> = Promise.resolve()

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#faults = new Faults((draft) => this.#append(draft))
  }

  get state() {
    return this.#state
  }
  get live(): Live | null {
    return this.#live
  }
  get lastGone(): GatewayGone | null {
    return this.#lastGone
  }

  /** How often the gateway was restarted since a moment, as far as this connector was there. */
  restartsSince(moment: number): number {
    return this.#restartedAt.filter((at) => at >= moment).length
  }

  start(): void {
    this.#finished = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#release?.()
    this.#live?.session.close('The connector was stopped.')
    await this.#finished
    this.#faults.flush()
    await Promise.race([this.#announced, new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
  }

  /** Leaves the gateway until `release`: with no decider connected it refuses what would need a decision. */
  hold(reason: string): void {
    this.#held = reason
    this.#live?.session.close(reason)
    this.#setState({ connected: false, detail: reason })
  }

  release(): void {
    this.#held = null
    this.#release?.()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let attempt = 0
    let tokens: GatewayToken[] = []
    while (!signal.aborted) {
      if (this.#held) await new Promise<void>((resolve) => (this.#release = resolve))
      if (signal.aborted) break
      const { url, token, identity, env } = this.#options
      if (tokens.length === 0) tokens = await gatewayTokens(url, token, identity, env)
      const openedAt = Date.now()
      const gone = await this.#once(tokens[0] ?? { source: 'none', token: '' })
      this.#lastGone = gone
      await this.#forgetRefusedToken(gone, tokens[0])
      const another = gone.kind === 'unauthorized' && tokens.length > 1
      tokens = another ? tokens.slice(1) : []
      this.#announce(gone)
      if (signal.aborted || this.#held || another) continue
      attempt = Date.now() - openedAt > 5_000 ? 0 : attempt + 1
      await pause(this.#waitMs(gone, attempt), signal)
    }
  }

  #waitMs(gone: GatewayGone, attempt: number): number {
    if (gone.kind === 'unauthorized' || gone.kind === 'refused') {
      // Nothing changes by itself: slow, and never at once.
      return authBackoff.firstMs / 2 + backoffMs(attempt, authBackoff)
    }
    if (gone.kind === 'restart') this.#restartingUntil = Date.now() + restartTakesMs
    // A gateway that said it restarts is asked often until it is back: nobody decides meanwhile.
    return Date.now() < this.#restartingUntil ? backoffMs(attempt, restartBackoff) : backoffMs(attempt)
  }

  /** One connection from dialling to its end. Even a disk that refuses our notes only ends this one. */
  async #once(token: GatewayToken): Promise<GatewayGone> {
    try {
      return await this.#connectAndFollow(token)
    } catch (error) {
      this.#live?.session.close('The connector could not go on.')
      this.#live = null
      if (error instanceof GatewayGone) return error
      return new GatewayGone('lost', null, error instanceof Error ? error.message : String(error))
    }
  }

  async #connectAndFollow(token: GatewayToken): Promise<GatewayGone> {
    const { identity, memory, groups, url, stateDir, displayName } = this.#options
    const access = accessFor(groups)
    let live: Live | null = null
    const early: [string, unknown][] = []
    const session = await GatewaySession.open({
      url,
      token: token.token,
      identity,
      displayName,
      ...access,
      onEvent: (name, payload) => (live ? live.take(name, payload) : early.push([name, payload])),
      onFault: (fault, detail) => this.#faults.add(fault, detail),
    })
    const { stops } = this.#options
    live = new Live({ session, memory, faults: this.#faults, groups, stops, ...this.#sinks() })
    this.#live = live
    // First of all: what is stopped stays so, before anything is asked or told.
    this.#options.stops?.hello()
    // Whoever stopped or held us while we connected saw no session to close.
    if (this.#stop.signal.aborted || this.#held) session.close(this.#held ?? 'The connector was stopped.')
    const { server, auth } = session.hello
    if (auth.deviceToken && identity.deviceTokens[url] !== auth.deviceToken) {
      identity.deviceTokens[url] = auth.deviceToken
      await saveIdentity(stateDir, identity)
    }
    if (token.source === 'configuration') {
      this.#options.say('No gateway token was given: used the one in the OpenClaw configuration of this machine.')
    }
    const restarted = memory.value.bootId !== null && memory.value.bootId !== server.bootId
    await this.#append({
      type: 'gateway.connected',
      key: `gateway.connected:${server.connId}`,
      at: new Date().toISOString(),
      payload: { version: server.version, bootId: server.bootId, restarted },
    })
    if (restarted) this.#restartedAt = [...this.#restartedAt.slice(-19), Date.now()]
    await memory.update({ bootId: server.bootId })
    this.#told = ''
    for (const [name, payload] of early.splice(0)) live.take(name, payload)
    this.#setState({
      connected: true,
      version: server.version,
      bootId: server.bootId,
      detail: null,
      scopes: auth.scopes,
    })
    this.#options.say(`Connected to OpenClaw ${server.version}${restarted ? ', which was restarted' : ''}.`)
    const gone = await live.run()
    this.#live = null
    return gone
  }

  #sinks() {
    return { append: (draft: EventDraft) => this.#append(draft), waitingBytes: this.#options.waitingBytes }
  }

  /** A device token that was refused once is of no use again. */
  async #forgetRefusedToken(gone: GatewayGone, token: GatewayToken | undefined): Promise<void> {
    const { identity, url, stateDir } = this.#options
    const refused = gone.kind === 'removed' || (gone.kind === 'unauthorized' && token?.source === 'device')
    if (!refused || !identity.deviceTokens[url]) return
    delete identity.deviceTokens[url]
    await saveIdentity(stateDir, identity).catch(() => this.#options.say('The device key could not be saved.'))
  }

  /** Tells each change once: a gateway that stays away for a night is one event, not thousands. */
  #announce(gone: GatewayGone): void {
    const detail = this.#held ?? gone.message
    this.#setState({ connected: false, detail })
    const told = `${gone.kind}:${gone.code}`
    const loud = gone.kind === 'unauthorized' || gone.kind === 'refused'
    if (told !== this.#told || loud)
      this.#options.say(gone.kind === 'lost' ? `${detail} It is tried again by itself.` : detail)
    if (told === this.#told) return
    this.#told = told
    const cause = this.#stop.signal.aborted ? 'stopped' : gone.kind
    this.#announced = this.#append({
      type: 'gateway.disconnected',
      key: null,
      at: new Date().toISOString(),
      payload: { cause, code: gone.code, detail: detail.slice(0, 4_000) },
    })
  }

  #setState(change: Partial<GatewayLinkState>): void {
    const next = { ...this.#state, ...change }
    if (JSON.stringify(next) === JSON.stringify(this.#state)) return
    this.#state = next
    this.#options.onState(next)
  }

  async #append(draft: EventDraft): Promise<void> {
    await this.#options.append(draft).catch(() => undefined)
  }
}
