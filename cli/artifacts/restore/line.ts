import { setTimeout as pause } from 'node:timers/promises'
import { GatewayGone } from '../../gateway/refusal.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { type GatewayPlace, openGateway } from '../../plugin/at-gateway.ts'

const comesBackWithinMs = 180_000
const lookEveryMs = 500
const losesMax = 5

/** The connection of a restore: over a restart of the gateway it is made anew, and what was under way is done again. */
export class GatewayLine {
  readonly #place: GatewayPlace
  #session: GatewaySession | null = null

  constructor(place: GatewayPlace) {
    this.#place = place
  }

  get gateway(): string {
    return this.#place.gateway
  }

  /** Secrets of this connection: they are told to nobody. */
  get known(): string[] {
    return this.#place.gatewayToken === null ? [] : [this.#place.gatewayToken]
  }

  /**
   * Does something with the gateway that may be done twice: when the connection breaks meanwhile, it is done again from its
   * beginning as soon as the gateway is back. Throws when it stays away.
   */
  async use<T>(work: (session: GatewaySession) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      this.#session ??= attempt === 1 ? await openGateway(this.#place) : await this.#comeBack()
      try {
        return await work(this.#session)
      } catch (error) {
        if (!(error instanceof GatewayGone) || error.kind === 'stopped' || attempt > losesMax) throw error
        this.#session = null
      }
    }
  }

  close(): void {
    this.#session?.close('Done.')
    this.#session = null
  }

  async #comeBack(): Promise<GatewaySession> {
    const deadline = Date.now() + comesBackWithinMs
    for (;;) {
      await pause(lookEveryMs)
      try {
        return await openGateway(this.#place)
      } catch (error) {
        if (Date.now() > deadline) throw error
      }
    }
  }
}
