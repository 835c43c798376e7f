import { z } from 'zod'
import { rawFile } from '../../gateway/management/files.ts'
import { GatewayRequestFailed } from '../../gateway/refusal.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { codeOf, NotPlain, WorkspaceFolder } from '../../workspace/folder.ts'
import { AFew } from './a-few.ts'

/** To wait for a disk is most of the work, and it takes several files at once hardly longer than one. */
const atOnce = 8

export interface WrittenFile {
  /** Its path in the package. */
  entry: string
  agent: string
  /** The real path of the workspace; null where only the gateway can write there. */
  root: string | null
  path: string
  isExecutable: boolean
}

/** A folder that files come into; it is left when they have their places. */
interface Entered {
  root: string
  below: string
  folder: WorkspaceFolder
  placing: Promise<unknown>[]
}

/** Puts files in their places in the order in which they come. One that could not be is in `left`, with the reason. */
export class FileWriter {
  readonly #session: GatewaySession
  readonly #few = new AFew(atOnce)
  #entered: Entered | null = null
  written = 0
  readonly left: { path: string; reason: string }[] = []

  constructor(session: GatewaySession) {
    this.#session = session
  }

  /** Reads the content to its end; the file gets its name while those behind it are read. */
  async put(file: WrittenFile, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { root, path } = file
    if (root === null) return this.#putAtGateway(file, content)
    try {
      const names = path.split('/')
      const entered = await this.#enter(root, names.slice(0, -1))
      const staged = await entered.folder.stage(names.at(-1) ?? '', content, file.isExecutable)
      const begun = this.#few.begin(() => {
        const placing = staged.place()
        entered.placing.push(placing)
        return this.#counted(file, placing)
      })
      await begun.catch(async (error: unknown) => {
        await staged.drop()
        throw error
      })
    } catch (error) {
      this.#leave(file, error)
    }
  }

  /** All of it is on the disk for good. */
  async end(): Promise<void> {
    await this.#leaveFolder()
    await this.#few.ended()
  }

  /** Lets go of the folder, also after a failure. */
  async close(): Promise<void> {
    const entered = this.#entered
    this.#entered = null
    await this.#few.ended().catch(() => undefined)
    await entered?.folder.leave()
  }

  async #enter(root: string, names: readonly string[]): Promise<Entered> {
    const below = names.join('/')
    if (this.#entered?.root === root && this.#entered.below === below) return this.#entered
    await this.#leaveFolder()
    const folder = await WorkspaceFolder.enter(root, names, true)
    if (!folder) throw new NotPlain('its folder could not be made')
    this.#entered = { root, below, folder, placing: [] }
    return this.#entered
  }

  /** Behind those that are still on their way into it. */
  async #leaveFolder(): Promise<void> {
    const entered = this.#entered
    this.#entered = null
    if (!entered) return
    await this.#few.begin(async () => {
      await Promise.allSettled(entered.placing)
      await entered.folder.sync()
      await entered.folder.leave()
    })
  }

  async #putAtGateway(file: WrittenFile, content: AsyncIterable<Uint8Array>): Promise<void> {
    const parts: Uint8Array[] = []
    for await (const part of content) parts.push(Uint8Array.from(part))
    const text = Buffer.concat(parts).toString('utf8')
    await this.#few.begin(() => this.#counted(file, setAtGateway(this.#session, file, text)))
  }

  async #counted(file: WrittenFile, work: Promise<unknown>): Promise<void> {
    try {
      await work
      this.written++
    } catch (error) {
      this.#leave(file, error)
    }
  }

  /** What only this file has is told of it; all else ends the restore. */
  #leave({ entry }: WrittenFile, error: unknown): void {
    const reason = reasonOf(error)
    if (reason === null) throw error
    this.left.push({ path: entry, reason })
  }
}

async function setAtGateway(session: GatewaySession, { agent, path }: WrittenFile, content: string): Promise<void> {
  const { hash, missing } = await rawFile(session, agent, path)
  const over = missing || !hash ? {} : { expectedHash: hash }
  await session.call('agents.files.set', { agentId: agent, name: path, content, ...over }, z.unknown(), 60_000)
}

function reasonOf(error: unknown): string | null {
  if (error instanceof NotPlain) return error.message
  if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') return 'this user may not write it'
  if (error instanceof GatewayRequestFailed)
    return 'the workspace is not on this machine, and the gateway does not take this file'
  return null
}
