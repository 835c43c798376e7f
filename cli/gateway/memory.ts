import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writePrivateFile } from '../profile/private-file.ts'

const Remembered = z.object({
  bootId: z.string().nullable(),
  /** Everything up to this row of the gateway's ledger is journaled; null until the first look. */
  ledgerSequence: z.number().int().nullable(),
  /** Decisions made after this moment, by the gateway's clock, are still to be told. */
  decisionsSinceMs: z.number().nullable(),
  /** Runs of scheduled jobs that began after this moment, by the gateway's clock, are still to be told. */
  cronRunsSinceMs: z.number().nullable().default(null),
})
export type Remembered = z.infer<typeof Remembered>

const nothingKnown: Remembered = {
  bootId: null,
  ledgerSequence: null,
  decisionsSinceMs: null,
  cronRunsSinceMs: null,
}

/** What must be known of the gateway after our own crash, kept beside the journal. */
export class GatewayMemory {
  readonly #path: string
  #value: Remembered
  private constructor(path: string, value: Remembered) {
    this.#path = path
    this.#value = value
  }

  static async open(stateDir: string): Promise<GatewayMemory> {
    const path = join(stateDir, 'gateway.json')
    const known = await readJsonFile(path, Remembered).catch(() => null)
    return new GatewayMemory(path, known ?? nothingKnown)
  }

  get value(): Remembered {
    return this.#value
  }

  async update(change: Partial<Remembered>): Promise<void> {
    const next = { ...this.#value, ...change }
    if (JSON.stringify(next) === JSON.stringify(this.#value)) return
    await writePrivateFile(this.#path, JSON.stringify(next))
    this.#value = next
  }
}
