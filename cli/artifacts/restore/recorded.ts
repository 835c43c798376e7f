import type { RestoreStep } from '../../../worker/features/artifacts/restores/contract.ts'
import { Failure } from '../../output/failure.ts'
import { noteOfCheckpoint } from './checkpoint.ts'
import type { RestoreJournal } from './journal.ts'
import type { Recording } from './recording.ts'
import type { Restored } from './restore.ts'
import type { Wrote } from './wrote.ts'

/** One restore as ClawButler follows it: that it began comes behind its checkpoint, and before anything is changed. */
export class RecordedRestore {
  readonly #recording: Recording
  readonly #journal: RestoreJournal
  readonly #say: (line: string) => void
  readonly id: string
  #hasBegun = false

  constructor(recording: Recording, journal: RestoreJournal, id: string, say: (line: string) => void) {
    this.#recording = recording
    this.#journal = journal
    this.#say = say
    this.id = id
  }

  async tell(step: RestoreStep): Promise<void> {
    if (step !== 'checkpoint' && !this.#hasBegun) {
      await this.#recording.started(this.id, this.#journal.stored ?? (await this.#keepCheckpoint()))
      this.#hasBegun = true
    }
    // Which step it is at is shown and nothing else: a restore does not end because nobody could be told.
    await this.#recording.at(this.id, step).catch(() => undefined)
  }

  /** Where it cannot be told, the versions are nobody's, and somebody accepts them: a restore does not end of that. */
  async wrote(wrote: Wrote): Promise<void> {
    await this.#recording.wrote(this.id, wrote).catch(() => undefined)
  }

  ended(result: Restored): Promise<void> {
    return this.#recording.ended(this.id, result)
  }

  /** Said as well as it can be: what went wrong before is what a person has to hear. */
  async failed(detail: string): Promise<void> {
    await this.#recording.failed(this.id, detail).catch(() => undefined)
  }

  /** Null when it stays on this machine only: it may be too large to be stored, or nobody may store it. */
  async #keepCheckpoint(): Promise<string | null> {
    const { checkpoint } = this.#journal.begun
    const announced = await noteOfCheckpoint(checkpoint)
    if (!announced) return null
    try {
      const id = await this.#recording.keep(checkpoint, announced)
      await this.#journal.store(id)
      return id
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.#say(`The checkpoint is not stored at ClawButler, but on this machine: ${checkpoint} (${error.message})`)
      return null
    }
  }
}
