import { z } from 'zod'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import type { Chance } from './chance.ts'
import { readAll, type World } from './world.ts'

const Pending = z.object({
  approvals: z.array(z.object({ id: z.string(), kind: z.enum(['exec', 'plugin']), decision: z.string().nullable() })),
})

/** Decisions whose success the API has answered: they must stand whatever was killed afterwards. */
export type Acknowledged = Map<string, Approval['decision']>

/** Runs, decisions and races on a world whose parts come and go: what fails by that is simply tried again later. */
export class Load {
  readonly acknowledged: Acknowledged = new Map()
  /** Two successes for one approval, which must never be. */
  readonly contradictions: string[] = []
  readonly #world: World
  readonly #chance: Chance
  #working: Promise<void>[] = []
  #stopped = false
  #starting = true

  constructor(world: World, chance: Chance) {
    this.#world = world
    this.#chance = chance
  }

  begin(): void {
    this.#working = [
      this.#repeat(120, 500, async () => {
        if (this.#starting) await this.#startRun()
      }),
      this.#repeat(100, 500, () => this.#decideSome()),
      this.#repeat(1_000, 4_000, async () => {
        if (this.#starting) await this.#decideAtGateway()
      }),
      this.#repeat(4_000, 10_000, async () => {
        const name = `agent-${Math.floor(this.#chance.next() * 1e6)}`
        if (this.#starting) await this.#world.control('POST', 'agents', { name })
      }),
    ]
  }

  /** No new runs; what is pending is still decided. */
  calm(): void {
    this.#starting = false
  }

  async end(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#working)
  }

  async #repeat(fromMs: number, toMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!this.#stopped) {
      await work().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, this.#chance.between(fromMs, toMs)))
    }
  }

  #startRun() {
    const chance = this.#chance
    const talks = chance.is(0.2)
    const approval = chance.is(0.15) ? 'none' : chance.is(0.2) ? 'plugin' : 'exec'
    const command = `touch /tmp/marker-${Math.floor(chance.next() * 1e9)}`
    return this.#world.control('POST', 'runs', talks ? {} : { command, approval, exitCode: chance.is(0.2) ? 1 : 0 })
  }

  async #decideSome(): Promise<void> {
    const pending = await readAll(this.#world, '/approvals?state=pending', Approval)
    for (const { id } of pending) {
      if (this.#starting && this.#chance.is(0.3)) continue
      const verbs = this.#chance.is(0.5) ? ['approve', 'reject'] : ['reject', 'approve']
      await Promise.all((this.#chance.is(0.2) ? verbs : verbs.slice(0, 1)).map((verb) => this.#decide(id, verb)))
    }
  }

  async #decide(id: string, verb: string): Promise<void> {
    const answer = await this.#world.api('POST', `/approvals/${id}/${verb}`, {})
    if (!answer.ok) return
    const { decision } = Approval.parse(await answer.json())
    const before = this.acknowledged.get(id)
    if (before) this.contradictions.push(`${id} was decided twice: ${before.outcome}, ${decision?.outcome}`)
    this.acknowledged.set(id, decision)
  }

  /** Somebody decides at the gateway itself. */
  async #decideAtGateway(): Promise<void> {
    const { approvals } = Pending.parse(await this.#world.control('GET', 'approvals'))
    const open = approvals.filter(({ decision }) => decision === null)
    if (open.length === 0) return
    const { id, kind } = this.#chance.of(open)
    await this.#world.control('POST', 'decide', { id, kind, decision: this.#chance.of(['allow-once', 'deny']) })
  }
}
