import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writePrivateFile } from '../../profile/private-file.ts'

const keptMax = 200
const Book = z.array(z.string())

/** Commands that began to make an agent: what tells an agent that one of them made, before we died, from another's. */
export class RosterBook {
  readonly #path: string
  #begun: string[] | null = null

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'created-agents.json')
  }

  async has(id: string): Promise<boolean> {
    return (await this.#load()).includes(id)
  }

  async keep(id: string): Promise<void> {
    const begun = await this.#load()
    if (begun.includes(id)) return
    begun.push(id)
    await writePrivateFile(this.#path, JSON.stringify(begun.slice(-keptMax)))
  }

  async #load(): Promise<string[]> {
    this.#begun ??= (await readJsonFile(this.#path, Book).catch(() => null)) ?? []
    return this.#begun
  }
}
