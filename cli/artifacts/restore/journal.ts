import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { PackageSection } from '../../../cbpkg/contract.ts'
import { type RestoreStep, restoreSteps } from '../../../worker/features/artifacts/restores/contract.ts'
import { makePrivateFolder } from '../../profile/private-file.ts'
import { restoreModes } from '../plan/wanted.ts'

const Begun = z.object({
  line: z.literal('begun'),
  at: z.string(),
  package: z.string(),
  manifestHash: z.string(),
  gateway: z.string(),
  mode: z.enum(restoreModes),
  sections: z.array(PackageSection).nullable(),
  agents: z.array(z.string()).nullable(),
  fill: z.string().nullable(),
  digest: z.string(),
  checkpoint: z.string(),
  /** Of every agent that was there: those of agents that are deleted stay, even inside another's. */
  workspaces: z.array(z.string()),
})
const Line = z.discriminatedUnion('line', [
  Begun,
  z.object({ line: z.literal('step'), at: z.string(), step: z.enum(restoreSteps), state: z.enum(['begun', 'done']) }),
  z.object({ line: z.literal('recorded'), at: z.string(), id: z.string() }),
  z.object({ line: z.literal('stored'), at: z.string(), id: z.string() }),
  z.object({ line: z.literal('end'), at: z.string(), outcome: z.enum(['restored', 'differs', 'abandoned']) }),
])
type Line = z.infer<typeof Line>
export type Begun = z.infer<typeof Begun>

/** What is begun and done of one restore, on disk before it happens: after a kill it says how to go on. */
export class RestoreJournal {
  readonly begun: Begun
  readonly #path: string
  readonly #done: Set<RestoreStep>
  #recorded: string | null
  #stored: string | null

  private constructor(path: string, begun: Begun, lines: readonly Line[]) {
    this.#path = path
    this.begun = begun
    this.#done = new Set(lines.flatMap((line) => (line.line === 'step' && line.state === 'done' ? [line.step] : [])))
    this.#recorded = lines.findLast((line) => line.line === 'recorded')?.id ?? null
    this.#stored = lines.findLast((line) => line.line === 'stored')?.id ?? null
  }

  /** Its id in ClawButler's record; null when it is not recorded there. */
  get recorded(): string | null {
    return this.#recorded
  }

  /** The id of its checkpoint at ClawButler; null while it is on this machine only. */
  get stored(): string | null {
    return this.#stored
  }

  static async begin(stateDir: string, given: Omit<Begun, 'line' | 'at'>): Promise<RestoreJournal> {
    const folder = folderOf(stateDir)
    await makePrivateFolder(folder)
    const begun: Begun = { line: 'begun', at: new Date().toISOString(), ...given }
    const path = join(folder, `${begun.at.replaceAll(/[:.]/g, '-')}-${begun.package}.jsonl`)
    await append(path, begun)
    return new RestoreJournal(path, begun, [])
  }

  /** The newest restore that did not come to its end; null when there is none. */
  static async unfinished(stateDir: string): Promise<RestoreJournal | null> {
    const names = await readdir(folderOf(stateDir)).catch(() => [])
    for (const name of names
      .filter((each) => each.endsWith('.jsonl'))
      .sort()
      .reverse()) {
      const path = join(folderOf(stateDir), name)
      const lines = await readLines(path)
      const begun = lines.find((line) => line.line === 'begun')
      if (!begun || lines.some((line) => line.line === 'end')) continue
      return new RestoreJournal(path, begun, lines)
    }
    return null
  }

  isDone(step: RestoreStep): boolean {
    return this.#done.has(step)
  }

  /** On disk before the step, and again when all of it is done. */
  async step<T>(step: RestoreStep, work: () => Promise<T>): Promise<T> {
    await append(this.#path, { line: 'step', at: new Date().toISOString(), step, state: 'begun' })
    const result = await work()
    await append(this.#path, { line: 'step', at: new Date().toISOString(), step, state: 'done' })
    this.#done.add(step)
    return result
  }

  async record(id: string): Promise<void> {
    await append(this.#path, { line: 'recorded', at: new Date().toISOString(), id })
    this.#recorded = id
  }

  async store(id: string): Promise<void> {
    await append(this.#path, { line: 'stored', at: new Date().toISOString(), id })
    this.#stored = id
  }

  async end(outcome: 'restored' | 'differs' | 'abandoned'): Promise<void> {
    await append(this.#path, { line: 'end', at: new Date().toISOString(), outcome })
  }
}

const folderOf = (stateDir: string): string => join(stateDir, 'restores')

/** Begins on a line of its own: behind half a line that a kill left, it would be lost with it. */
async function append(path: string, line: Line): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    await file.writeFile(`\n${JSON.stringify(line)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A last line that a kill cut off was never acted upon. */
async function readLines(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8')
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = Line.safeParse(JSON.parse(line))
      return parsed.success ? [parsed.data] : []
    } catch {
      return []
    }
  })
}
