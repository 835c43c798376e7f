import { agentIdsOf } from '../../../worker/features/agents/index.ts'
import type { ConnectorEvent } from '../../../worker/features/connectors/link/events/contract.ts'
import type { AnswerTo } from '../../../worker/features/connectors/link/questions/contract.ts'
import { failingJobs } from '../../../worker/features/cron/index.ts'
import type { HealthCause, HealthCauseName } from '../../../worker/features/health/contract.ts'
import { type JudgedChange, tellAgentsHealth, tellConnectorHealth } from '../../../worker/features/health/index.ts'
import { causesByRuns, causesBySigns, look, thresholds } from '../../../worker/features/health/rules.ts'
import type { OrganizationContext } from '../../../worker/platform/context.ts'
import { iso } from '../../../worker/platform/time.ts'
import type { HealthFigures } from '../rpc.ts'
import { HealthBooks } from './books.ts'
import { agentsWithRuns, runFigures } from './figures.ts'

const itself = ''
const ofTheSocket: HealthCauseName[] = ['connector_offline', 'connector_paused']
const ofTheGateway: HealthCauseName[] = [...ofTheSocket, 'gateway_away']
const ofAConnectedGateway: HealthCauseName[] = [...ofTheGateway, 'restart_loop', 'config_invalid', 'stale']
const ofAnAgent: HealthCauseName[] = ['errors', 'slow', 'failing_cron']
/** Jobs fail once a minute at most; and the list is a question to the database. */
const jobsKeptMs = 60_000
const issuesKept = 5

/** The connector's socket: it lives, it was lost just now, or it is closed as it was before and tells nothing. */
export type LinkNow = { is: 'live' } | { is: 'lost'; paused: boolean; heardAt: number } | { is: 'closed' }

/**
 * Watches how well the connector, its gateway and their agents are. Taking something in costs no trip to the database;
 * only a change of health does. Whoever calls `look` arms the alarm for `nextDue`.
 */
export class HealthWatch {
  private readonly sql: SqlStorage
  private readonly books: HealthBooks
  /** Caches, rebuilt after eviction: agents with something new (null: nobody knows), and what was heard since. */
  private touched: Set<string> | null = null
  private heardAt = 0
  private askedAt = 0
  private jobs: { at: number; byAgent: Map<string, HealthCause> } | null = null

  constructor(sql: SqlStorage) {
    this.sql = sql
    this.books = new HealthBooks(sql)
  }

  /** Takes in events that are in the sequence. */
  heard(events: ConnectorEvent[], now: number): void {
    this.heardAt = now
    for (const event of events) {
      if (event.type === 'run.ended') this.touched?.add(event.payload.agent)
      else if (event.type === 'gateway.connected' && event.payload.restarted) this.restarted(Date.parse(event.at))
      // So that it is asked at the next look: whoever changed it may have broken it.
      else if (event.type === 'gateway.config-changed') this.askedAt = 0
    }
  }

  /** How the gateway's own link is. */
  gatewayIs(isConnected: boolean, detail: string | null, now: number): void {
    const signs = this.books.signs()
    const connectedAt = isConnected && !signs.isConnected ? now : signs.connectedAt
    this.books.keepSigns({ ...signs, isConnected, detail, connectedAt })
    if (connectedAt === now) this.askedAt = 0
  }

  /** An answer of the gateway to somebody's question about its configuration. */
  configurationIs({ config }: AnswerTo<'config'>, now: number): void {
    this.heardAt = this.askedAt = now
    const issues = config.valid ? null : config.issues.slice(0, issuesKept)
    this.books.keepSigns({ ...this.books.signs(), heardAt: now, issues })
  }

  /** Whether the gateway should be asked for its configuration now, to hear it and to see whether that is valid. */
  shouldAsk(now: number): boolean {
    if (!this.books.signs().isConnected || now - this.askedAt < thresholds.stale.askEveryMs) return false
    this.askedAt = now
    return true
  }

  /** Judges what changed since the last look, and what time alone changes. */
  async look(ctx: OrganizationContext, link: LinkNow, now: number): Promise<void> {
    const connectorId = ctx.actor.id
    const [seen, judged] = this.seenOf(link, now)
    const { change, keep } = this.judge(itself, seen, judged, now)
    if (change) await tellConnectorHealth(ctx, connectorId, change)
    // The commit point is the database. A crash before this line judges again, and finds it told.
    keep()
    if (link.is === 'live' && this.books.signs().isConnected) await this.lookAtAgents(ctx, connectorId, now)
  }

  nextDue(now: number): number | null {
    return this.books.nextDue(now)
  }

  /** What is known of an agent, or with null of the connector, with figures of now. */
  figures(agent: string | null, now: number): HealthFigures {
    const causes = (this.books.read(agent ?? itself)?.followed ?? []).filter(({ counts }) => counts)
    return { causes: causes.map(({ cause }) => cause), runs: agent === null ? null : runFigures(this.sql, agent, now) }
  }

  private async lookAtAgents(ctx: OrganizationContext, connectorId: string, now: number): Promise<void> {
    const touched = this.touched ?? agentsWithRuns(this.sql, now)
    const failing = await this.failingJobs(ctx, connectorId, now)
    const judged = [...new Set([...touched, ...failing.keys(), ...this.books.followed()])].map((agent) => {
      const byRuns = causesByRuns(runFigures(this.sql, agent, now), this.books.read(agent))
      const byJobs = failing.get(agent)
      const seen = byJobs ? [...byRuns, byJobs] : byRuns
      return { agent, ...this.judge(agent, seen, ofAnAgent, now) }
    })
    this.touched = new Set()
    const changes = judged.flatMap(({ agent, change }) => (change ? [[agent, change] as const] : []))
    try {
      await tellAgentsHealth(ctx, connectorId, new Map(changes))
    } catch (error) {
      this.touched = null
      throw error
    }
    for (const { keep } of judged) keep()
  }

  /** Agents whose scheduled jobs fail again and again, by the gateway's ids. */
  private async failingJobs(ctx: OrganizationContext, connectorId: string, now: number) {
    if (this.jobs && now - this.jobs.at < jobsKeptMs) return this.jobs.byAgent
    const ids = await agentIdsOf(ctx, connectorId)
    const found = await failingJobs(ctx, [...ids.values()])
    const byAgent = new Map<string, HealthCause>()
    for (const [externalId, id] of ids) {
      const jobs = found.get(id)?.map(({ name, consecutiveFailures }) => ({ name, failures: consecutiveFailures }))
      if (jobs) byAgent.set(externalId, { cause: 'failing_cron', jobs })
    }
    this.jobs = { at: now, byAgent }
    return byAgent
  }

  /** Judges one subject; `keep` remembers it, once its change is told. */
  private judge(agent: string, seen: HealthCause[], judged: HealthCauseName[], now: number) {
    const before = this.books.read(agent)
    const { book, causes, outcome, due } = look(before, seen, judged, now)
    const { state, isFlapping } = book
    const change: JudgedChange | null =
      outcome === 'same' ? null : { state, causes, isFlapping, isSilent: outcome === 'show' }
    const isNews = JSON.stringify(book) !== JSON.stringify(before)
    return { change, keep: () => (isNews ? this.books.write(agent, book, due) : undefined) }
  }

  private seenOf(link: LinkNow, now: number): [HealthCause[], HealthCauseName[]] {
    if (link.is === 'closed') return [[], []]
    if (link.is === 'lost') return [[lostCause(link)], ofTheSocket]
    const signs = this.books.signs()
    const heardAt = Math.max(this.heardAt, signs.heardAt ?? 0) || null
    // Once a minute is enough for an age that counts in quarters of an hour.
    if (heardAt !== null && heardAt - (signs.heardAt ?? 0) > 60_000) this.books.keepSigns({ ...signs, heardAt })
    return [causesBySigns({ ...signs, heardAt }, now), signs.isConnected ? ofAConnectedGateway : ofTheGateway]
  }

  private restarted(at: number): void {
    const signs = this.books.signs()
    // Told again, it is the same restart.
    const restartedAt = [...new Set([...signs.restartedAt, at])].sort((a, b) => a - b).slice(-20)
    this.books.keepSigns({ ...signs, restartedAt })
  }
}

const lostCause = ({ paused, heardAt }: Extract<LinkNow, { is: 'lost' }>): HealthCause =>
  paused ? { cause: 'connector_paused' } : { cause: 'connector_offline', lastSeenAt: iso(heardAt) }
