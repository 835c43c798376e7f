import type { CommandResult } from '../../../worker/features/connectors/link/commands/contract.ts'
import {
  type AgentStop,
  type DrillReport,
  type DrillStop,
  type StopAgents,
  type StopsFrame,
  stopsPerFrameMax,
} from '../../../worker/features/connectors/link/stops/contract.ts'
import type { EventDraft } from '../../journal/draft.ts'
import { AgentsList } from '../frames.ts'
import { GatewayGone } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import { abortRuns, tellPlugin } from './at-gateway.ts'
import { StopBook } from './book.ts'
import { checkStopped } from './check-stopped.ts'
import { brokenOff, drillAt, removeProbe } from './drill.ts'
import { recoverAgents } from './recover-agents.ts'
import { newlyHeld, stopAgents } from './stop-agents.ts'

const checkEveryMs = 30_000
const settleMs = 250

export type StopsDeps = {
  stateDir: string
  session: () => GatewaySession | null
  tell: (frame: StopsFrame) => void
  append: (draft: EventDraft) => Promise<void>
  say: (line: string) => void
}

type Outcome =
  | { ok: true; drill?: DrillReport }
  | Pick<Extract<CommandResult, { ok: false }>, 'ok' | 'failure' | 'detail'>
const away: Outcome = {
  ok: false,
  failure: 'gateway_unreachable',
  detail: 'The gateway is away; the order lies here and is carried out first thing when it is back.',
}

/**
 * Keeps agents stopped. Orders lie on disk; whatever is under way when the process dies or the gateway goes is taken up
 * again at its next hello, before anything else. What was set is looked at whenever the gateway says that something
 * changed, and every half minute.
 */
export class Stops {
  readonly #deps: StopsDeps
  readonly #book: StopBook
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null
  #soon: NodeJS.Timeout | null = null

  constructor(deps: StopsDeps) {
    this.#deps = deps
    this.#book = new StopBook(deps.stateDir)
  }

  async start(): Promise<void> {
    await this.#book.open()
    this.#timer = setInterval(() => this.#lookAgain(), checkEveryMs)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    if (this.#soon) clearTimeout(this.#soon)
  }

  /** The order is on disk before anything happens, and obeyed from then on. */
  async order(order: StopAgents): Promise<Outcome> {
    const startedAt = performance.now()
    const book = await this.#book.open()
    if (book.ended.some(({ orderId }) => orderId === order.orderId)) return { ok: true }
    book.orders[order.orderId] = order
    for (const agent of order.agents) book.held[agent] ??= newlyHeld(agent)
    const session = this.#deps.session()
    // What runs is ended while the order is written down: that needs no record.
    const first = session && order.agents.length > 0 ? this.#atOnce(session, order.agents, startedAt) : null
    await this.#book.keep()
    this.#tell(order.orderId, order.agents)
    return this.#settled(async () => {
      await first
      await this.#enforce(startedAt)
      const agents = this.#agentsOf(order.orderId)
      const failed = agents.find((agent) => book.held[agent]?.told.state === 'failed')
      if (failed === undefined) return { ok: true }
      const steps = book.held[failed]?.told.steps.filter(({ outcome }) => outcome === 'failed') ?? []
      const detail = steps.map((step) => `${failed}: ${step.step}: ${step.detail}`).join('; ')
      return { ok: false, failure: 'gateway_refused', detail: detail.slice(0, 4_000) || 'It could not be stopped.' }
    })
  }

  /** Lets go of whatever no other order holds. An order that was never known counts as taken back. */
  async recover(orderId: string): Promise<Outcome> {
    const book = await this.#book.open()
    if (!book.ended.some((each) => each.orderId === orderId)) {
      const agents = this.#agentsOf(orderId).flatMap((agent) => book.held[agent]?.told ?? [])
      delete book.orders[orderId]
      book.ended.push({ orderId, agents: agents.map((told) => ({ ...told, state: 'recovering' })) })
      await this.#book.keep()
    }
    return this.#settled(async () => {
      await this.#enforce(performance.now())
      const ended = book.ended.find((each) => each.orderId === orderId)
      this.#tellEnded(orderId)
      const open = ended?.agents.find(({ state }) => state !== 'recovered' && state !== 'held' && state !== 'absent')
      if (!open) return { ok: true }
      const steps = open.steps
        .filter(({ outcome }) => outcome === 'failed')
        .map(({ step, detail }) => `${step}: ${detail}`)
      return { ok: false, failure: 'gateway_refused', detail: `${open.agent}: ${steps.join('; ')}`.slice(0, 4_000) }
    })
  }

  async drill(order: DrillStop): Promise<Outcome> {
    const outcome = await this.#settled(async (session) => ({
      ok: true,
      drill: await drillAt(session, this.#book, order),
    }))
    if (outcome.ok) return outcome
    return { ok: true, drill: brokenOff(outcome.failure === 'gateway_unreachable', outcome.detail) }
  }

  /** The gateway is there: first of all what is stopped is stopped. */
  hello(): void {
    void this.#settled(async (session) => {
      await this.#enforce(performance.now())
      await this.#check()
      // Left behind by a drill in which we died.
      const { probe } = await this.#book.open()
      if (probe !== null) await removeProbe(session, this.#book, probe)
      return { ok: true }
    })
  }

  /** The cloud is there: it is told how everything is, since nobody knows what it heard. */
  async welcomed(): Promise<void> {
    const book = await this.#book.open()
    for (const orderId of Object.keys(book.orders)) this.#tell(orderId, this.#agentsOf(orderId))
    for (const { orderId } of book.ended.slice(-10)) this.#tellEnded(orderId)
  }

  /** Something changed at the gateway; many changes at once are one look. */
  changed(): void {
    if (this.#soon) return
    this.#soon = setTimeout(() => {
      this.#soon = null
      this.#lookAgain()
    }, settleMs)
    this.#soon.unref()
  }

  /** A run began. Of a stopped agent it is ended at once; without a plugin that is all that keeps it from talking. */
  async runStarted(agent: string): Promise<void> {
    const session = this.#deps.session()
    const { held } = await this.#book.open()
    if (!session || !held[agent]) return
    await abortRuns(session, new Set([agent])).catch(() => undefined)
  }

  #lookAgain(): void {
    void this.#settled(async () => {
      await this.#enforce(performance.now())
      await this.#check()
      return { ok: true }
    })
  }

  /** What this ends counts as ended by the stop that follows. */
  async #atOnce(session: GatewaySession, agents: readonly string[], startedAt: number): Promise<void> {
    const ending = abortRuns(session, new Set(agents)).then(async (ended) => {
      const { held } = await this.#book.open()
      for (const agent of ended) {
        const told = held[agent]?.told
        if (!told) continue
        told.abortedRuns += 1
        told.abortedMs = Math.round(performance.now() - startedAt)
      }
    })
    await Promise.all([tellPlugin(session, 'stop', agents), ending]).catch(() => undefined)
  }

  /** One after the other; a gateway that goes in the middle is an outcome. */
  #settled(work: (session: GatewaySession) => Promise<Outcome>): Promise<Outcome> {
    const mine = this.#turn.then(async (): Promise<Outcome> => {
      const session = this.#deps.session()
      if (!session) return away
      try {
        return await work(session)
      } catch (error) {
        if (error instanceof GatewayGone) return away
        const detail = error instanceof Error ? error.message : String(error)
        this.#deps.say(`Stopping agents: ${detail}`)
        return { ok: false, failure: 'gateway_refused', detail: detail.slice(0, 4_000) }
      }
    })
    this.#turn = mine
    return mine
  }

  /** Makes the gateway as the orders want it: stops who is not stopped yet, and lets go whom nobody holds any more. */
  async #enforce(startedAt: number): Promise<void> {
    const session = this.#deps.session()
    const book = await this.#book.open()
    const orders = Object.values(book.orders)
    if (!session || (orders.length === 0 && Object.keys(book.held).length === 0)) return
    const roster = await session.call('agents.list', {}, AgentsList, 60_000)
    const there = new Set(roster.agents.map(({ id }) => id))
    // By the names that were given, not by how they begin: an agent that calls itself so is stopped like any other.
    book.formerProbes = book.formerProbes.filter((name) => there.has(name))
    const probes = [book.probe, ...book.formerProbes]
    if (orders.some(({ isAll }) => isAll))
      for (const agent of there) if (!probes.includes(agent)) book.held[agent] ??= newlyHeld(agent)
    const wanted = (agent: string) => orders.some(({ isAll, agents }) => isAll || agents.includes(agent))
    const held = Object.entries(book.held)
    const toStop = held.filter(([agent, { told }]) => wanted(agent) && isOpen(told))
    const stopping = toStop.filter(([agent]) => there.has(agent)).map(([agent]) => agent)
    for (const [agent, each] of toStop)
      if (!there.has(agent)) each.told = { ...each.told, state: 'absent', at: new Date().toISOString() }
    if (stopping.length > 0) await stopAgents(session, this.#book, stopping, startedAt)
    if (toStop.length > 0)
      for (const orderId of Object.keys(book.orders))
        this.#tell(
          orderId,
          toStop.map(([agent]) => agent),
        )
    await this.#release(
      session,
      held.map(([agent]) => agent).filter((agent) => !wanted(agent)),
    )
  }

  async #release(session: GatewaySession, agents: string[]): Promise<void> {
    const book = await this.#book.open()
    const recovered = agents.length > 0 ? await recoverAgents(session, this.#book, agents, performance.now()) : []
    const told = new Map(recovered.map((each) => [each.agent, each]))
    for (const ended of book.ended)
      ended.agents = ended.agents.map((each): AgentStop => {
        if (each.state !== 'recovering' && each.state !== 'failed') return each
        return (
          told.get(each.agent) ?? (book.held[each.agent] ? { ...each, state: 'held' } : { ...each, state: 'recovered' })
        )
      })
    if (agents.length > 0 || book.ended.length > 0) await this.#book.keep()
  }

  /** Looks whether what is stopped still is; tells who is not, and by policy stops it again. */
  async #check(): Promise<void> {
    const session = this.#deps.session()
    const book = await this.#book.open()
    if (!session) return
    const { append } = this.#deps
    const tell = (agent: string) => {
      for (const orderId of Object.keys(book.orders)) this.#tell(orderId, [agent])
    }
    const { stopped, again } = await checkStopped(session, this.#book, { append, tell })
    if (stopped.length === 0) return
    await this.#book.keep()
    await abortRuns(session, new Set(stopped))
    if (again.length > 0) await this.#enforce(performance.now())
  }

  #agentsOf(orderId: string): string[] {
    const known = this.#known
    const order = known?.orders[orderId]
    if (!known || !order) return []
    return order.isAll ? Object.keys(known.held) : order.agents
  }

  #tell(orderId: string, agents: readonly string[]): void {
    const mine = new Set(this.#agentsOf(orderId))
    const told = agents.filter((agent) => mine.has(agent)).flatMap((agent) => this.#known?.held[agent]?.told ?? [])
    this.#send(orderId, told)
  }

  #tellEnded(orderId: string): void {
    const ended = this.#known?.ended.find((each) => each.orderId === orderId)
    if (ended) this.#send(orderId, ended.agents)
  }

  #send(orderId: string, agents: readonly AgentStop[]): void {
    const gatewayConnected = this.#deps.session() !== null
    for (let from = 0; from === 0 || from < agents.length; from += stopsPerFrameMax)
      this.#deps.tell({ kind: 'stops', orderId, gatewayConnected, agents: agents.slice(from, from + stopsPerFrameMax) })
  }

  get #known() {
    return this.#book.opened
  }
}

const isOpen = ({ state }: AgentStop): boolean => state !== 'stopped' && state !== 'broken'
