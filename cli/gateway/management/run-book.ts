import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writePrivateFile } from '../../profile/private-file.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import { UnknownOutcome } from './refused.ts'

const keptMax = 200
/** By command id: the run that was started, or null while it is being started. */
const Book = z.array(z.tuple([z.string(), z.string().nullable()]))

/** What was started once must not be started again, also not after our own crash. */
export class RunBook {
  readonly #path: string
  #runs: Map<string, string | null> | null = null

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'runs.json')
  }

  /** Starts at most once for an id. Throws `UnknownOutcome` when we died between starting and knowing. */
  async once(id: string, start: () => Promise<string>): Promise<{ runId: string; wasAlready: boolean }> {
    const runs = await this.#load()
    const known = runs.get(id)
    if (known) return { runId: known, wasAlready: true }
    if (known === null) throw new UnknownOutcome('It may have been started; look at the runs of the job.')
    await this.#keep(id, null)
    try {
      const runId = await start()
      await this.#keep(id, runId)
      return { runId, wasAlready: false }
    } catch (error) {
      // Refused in so many words: nothing was started, and asking again is harmless.
      if (error instanceof GatewayRequestFailed) await this.#keep(id, undefined)
      throw error
    }
  }

  async #load(): Promise<Map<string, string | null>> {
    this.#runs ??= new Map(await readJsonFile(this.#path, Book).catch(() => null))
    return this.#runs
  }

  async #keep(id: string, runId: string | null | undefined): Promise<void> {
    const runs = await this.#load()
    if (runId === undefined) runs.delete(id)
    else runs.set(id, runId)
    await writePrivateFile(this.#path, JSON.stringify([...runs].slice(-keptMax)))
  }
}
