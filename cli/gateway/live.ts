import { z } from 'zod'
import type { CommandGroup } from '../../worker/features/connectors/link/commands/contract.ts'
import type { GatewayAgent } from '../../worker/features/connectors/link/events/contract.ts'
import type { EventDraft } from '../journal/draft.ts'
import type { Faults } from './faults.ts'
import { grantsDraft, grantsNews, listGrants, revokeGrant } from './grants.ts'
import { Lineage } from './lineage.ts'
import { CronWatch } from './management/cron-watch.ts'
import type { GatewayMemory } from './memory.ts'
import { Normaliser } from './normalise.ts'
import { reconcileDecisions, reconcileLedger, reconcilePending, rosterDraft } from './reconcile.ts'
import { GatewayGone } from './refusal.ts'
import { listAgents, ToolsProfiles } from './roster.ts'
import type { GatewaySession } from './session.ts'
import type { Stops } from './stops/stops.ts'
import { Tellings } from './tellings.ts'

export type LiveOptions = {
  session: GatewaySession
  memory: GatewayMemory
  faults: Faults
  groups: readonly CommandGroup[]
  stops: Stops | null
  append: (draft: EventDraft) => Promise<void>
  waitingBytes: () => number
}

const pollMs = 5_000
const waitingBytesMax = 8 * 1024 * 1024
/** A row of the ledger this old would have been told live by now. */
const ledgerLagMs = 5_000
const grantWrittenMs = 400
/** Without an event the jobs are looked at this often. */
const pollsPerJobsLook = 12
const jobsSettleMs = 300

/** One connected gateway: tells what it says, and asks it from time to time what it did not say. */
export class Live {
  readonly session: GatewaySession
  readonly #options: LiveOptions
  readonly #normaliser = new Normaliser()
  readonly #lineage = new Lineage()
  readonly #profiles = new ToolsProfiles()
  readonly #openedAt = Date.now()
  readonly #tellings: Tellings
  readonly #cron: CronWatch
  #rosterTold: string | null = null
  #agents: GatewayAgent[] = []
  #pendingTold: string | null = null
  #grantsTold: string | null = null
  #givenUp: NodeJS.Timeout | null = null
  #jobsLook: NodeJS.Timeout | null = null
  #polls = 0
  #turn: Promise<unknown> = Promise.resolve()
  #paused = false
  #polling = false
  #over = false

  constructor(options: LiveOptions) {
    const append = (draft: EventDraft) => options.append(this.#lineage.placed(draft))
    this.#options = { ...options, append }
    this.session = options.session
    this.#tellings = new Tellings(options.session, append)
    this.#cron = new CronWatch(options.session, options.memory, this.#appendAll)
    // Without it tool events of runs that others started never reach us; so before anything is written or asked.
    void this.#inTurn(() => this.session.call('sessions.subscribe', { limit: 1 }, z.unknown(), 60_000))
  }

  get agents(): readonly GatewayAgent[] {
    return this.#agents
  }

  /** Reconciles, then follows the gateway until the session ends; answers why it ended. */
  async run(): Promise<GatewayGone> {
    const timer = setInterval(() => void this.#poll(), pollMs)
    this.#afterHello()
    const gone = await this.session.closed
    this.#over = true
    clearInterval(timer)
    await Promise.all([this.#turn, this.#tellings.settled()])
    return gone
  }

  take(name: string, payload: unknown): void {
    this.#lineage.heard(name, payload)
    const said = this.#normaliser.take(name, payload)
    if (said.kind === 'fault') this.#options.faults.add('unexpected-event', said.detail)
    if (said.kind === 'config-changed' || name === 'cron') this.#options.stops?.changed()
    if (said.kind === 'events') for (const draft of said.drafts) this.#tell(draft)
    if (said.kind === 'plugin-asks') this.#tellings.pluginAsks(said.record)
    if (said.kind === 'given-up') this.#tellGivenUp()
    if (said.kind === 'config-changed') void this.#configurationChanged(said)
    if (name === 'cron') this.#lookAtJobsSoon()
    if (name === 'chat.metadata.changed' || name === 'sessions.changed') this.#rosterMayHaveChanged(payload)
    this.#slowDown()
  }

  /** The gateway forgets one of its allow-always records, and that is told. */
  async revokeGrant(ref: string): Promise<void> {
    await revokeGrant(this.session, ref)
    await this.#inTurn(() => this.#tellGrants({ evenIfSame: false }))
  }

  /** Lists roster and pending approvals again and answers when both are journaled. */
  async sync(): Promise<void> {
    const failed = await this.#inTurn(async () => {
      await reconcilePending(this.session, this.#appendAll)
      await this.#tellRoster({ evenIfSame: true })
      await this.#cron.look({ evenIfSame: true })
    })
    if (failed) throw failed
  }

  /** Each step stands for itself: a gateway that cannot answer one of them is still followed. */
  #afterHello(): void {
    const { session } = this
    const { memory } = this.#options
    const append = this.#appendAll
    void this.#inTurn(() => reconcileDecisions(session, memory, append))
    void this.#inTurn(() => reconcileLedger(session, memory, append, this.#openedAt))
    void this.#inTurn(() => reconcilePending(session, append))
    void this.#inTurn(() => this.#profiles.refresh(session))
    void this.#inTurn(() => this.#tellRoster({ evenIfSame: true }))
    void this.#inTurn(() => this.#tellGrants({ evenIfSame: true }))
    void this.#inTurn(() => this.#cron.look({ evenIfSame: true }))
    void this.#inTurn(() => this.#cron.tellMissedRuns())
  }

  #tell(said: EventDraft): void {
    const draft = this.#cron.withRunId(said)
    if (draft.type === 'run.started') void this.#options.stops?.runStarted(draft.payload.agent)
    if (draft.type === 'run.ended') this.#tellings.endOfRun(draft)
    else if (draft.type === 'approval.resolved') this.#tellings.decision(draft)
    else void this.#options.append(draft).then(() => this.#cron.took(draft))
    if (draft.type !== 'approval.resolved' || draft.payload.decision !== 'allow-always') return
    // The gateway writes its record a moment after it has told of the decision.
    const timer = setTimeout(() => void this.#inTurn(() => this.#tellGrants({ evenIfSame: false })), grantWrittenMs)
    timer.unref()
  }

  /** A question that the gateway gave up is missed in the list of what it still waits for; many at once are one look. */
  #tellGivenUp(): void {
    if (this.#givenUp) return
    this.#givenUp = setTimeout(() => {
      this.#givenUp = null
      void this.#inTurn(() => reconcilePending(this.session, this.#appendAll))
    }, 200)
    this.#givenUp.unref()
  }

  /** Events of one happening come together; they are one look. */
  #lookAtJobsSoon(): void {
    if (this.#jobsLook) return
    this.#jobsLook = setTimeout(() => {
      this.#jobsLook = null
      void this.#inTurn(() => this.#cron.look({ evenIfSame: false }))
    }, jobsSettleMs)
    this.#jobsLook.unref()
  }

  async #poll(): Promise<void> {
    // A slow gateway is asked again only after it has answered.
    if (this.#polling) return
    this.#polling = true
    await this.#inTurn(async () => {
      await this.#tellRoster({ evenIfSame: false })
      const { memory, groups } = this.#options
      await reconcileLedger(this.session, memory, this.#appendAll, Date.now() - ledgerLagMs)
      // Only an approval surface is told of approvals as they come; an onlooker has to ask.
      if (!groups.includes('approvals')) await this.#tellPendingIfChanged()
      await this.#tellGrants({ evenIfSame: false })
      if (++this.#polls % pollsPerJobsLook === 0) await this.#cron.look({ evenIfSame: false })
    })
    this.#polling = false
  }

  async #tellPendingIfChanged(): Promise<void> {
    const drafts: EventDraft[] = []
    const approvals = await reconcilePending(this.session, async (more) => void drafts.push(...more))
    const told = approvals.map((approval) => approval.externalId).join(' ')
    if (this.#pendingTold !== null && told === this.#pendingTold) return
    this.#pendingTold = told
    await this.#appendAll(drafts)
    await reconcileDecisions(this.session, this.#options.memory, this.#appendAll)
  }

  async #tellRoster({ evenIfSame }: { evenIfSame: boolean }): Promise<void> {
    const agents = await listAgents(this.session, this.#profiles)
    const told = JSON.stringify(agents)
    this.#agents = agents
    if (!evenIfSame && told === this.#rosterTold) return
    await this.#options.append(rosterDraft(agents))
    this.#rosterTold = told
  }

  /** Only an administrator of the gateway may see what it always allows. */
  async #tellGrants({ evenIfSame }: { evenIfSame: boolean }): Promise<void> {
    if (!this.#options.groups.includes('approvals')) return
    const at = new Date().toISOString()
    const grants = await listGrants(this.session)
    const news = grantsNews(grants)
    if (!evenIfSame && news === this.#grantsTold) return
    const draft = grantsDraft(grants, at)
    if (draft) await this.#options.append(draft)
    else this.#options.faults.add('too-many-grants', `The gateway keeps ${grants.length} allow-always records.`)
    this.#grantsTold = news
  }

  async #configurationChanged(said: { hash: string | null; at: string; key: string | null }): Promise<void> {
    await this.#inTurn(async () => {
      const paths = await this.#profiles.refresh(this.session).catch(() => [])
      const payload = { paths, hash: said.hash }
      await this.#options.append({ type: 'gateway.config-changed', key: said.key, at: said.at, payload })
      if (!this.#over) await this.#tellRoster({ evenIfSame: false })
    })
  }

  #rosterMayHaveChanged(payload: unknown): void {
    const event = z.object({ agentId: z.string() }).safeParse(payload)
    const known = !event.success || this.#agents.some((agent) => agent.externalId === event.data.agentId)
    if (known || this.#rosterTold === null) return
    void this.#poll()
  }

  readonly #appendAll = async (drafts: EventDraft[]): Promise<void> => {
    await Promise.all(drafts.map((draft) => this.#options.append(draft)))
  }

  /** Questions to the gateway are asked one after the other; answers what went wrong, after counting it as a fault. */
  async #inTurn(work: () => Promise<unknown>): Promise<Error | null> {
    const mine = this.#turn.then(async (): Promise<Error | null> => {
      if (this.#over) return new Error('The gateway is gone.')
      try {
        await work()
        return null
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error))
        if (!(failure instanceof GatewayGone)) this.#options.faults.add('request-failed', failure.message)
        return failure
      }
    })
    this.#turn = mine
    return mine
  }

  #slowDown(): void {
    if (this.#paused || this.#options.waitingBytes() < waitingBytesMax) return
    this.#paused = true
    this.session.pause()
    this.#options.faults.add('flood', 'The gateway spoke faster than the disk could write; it was read more slowly.')
    const timer = setInterval(() => {
      if (!this.#over && this.#options.waitingBytes() > waitingBytesMax / 2) return
      clearInterval(timer)
      this.#paused = false
      this.session.resume()
    }, 20)
  }
}
