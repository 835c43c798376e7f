import { collect } from '../../artifacts/collect/collect.ts'
import type { Plan } from '../../artifacts/plan/plan.ts'
import type { RecordedRestore } from '../../artifacts/restore/recorded.ts'
import { type Restored, type RestoreInput, restore } from '../../artifacts/restore/restore.ts'
import { packInto } from '../../artifacts/write-file.ts'
import { Failure } from '../../output/failure.ts'
import { note, printJson } from '../../output/output.ts'
import { tellRestored } from './restored-words.ts'

const whole = { sections: null, agents: null }

export interface Order {
  plan: Plan
  isJson: boolean
  /** Where what the gateway is afterwards is packed, too. */
  kept: { file: string; passphrase: string } | null
}

/** Restores, tells the record how it goes and the person how it ended. Throws when it is not in everything as planned. */
export async function carryOut(
  { recorded, ...input }: Omit<RestoreInput, 'tell' | 'wrote'> & { recorded: RecordedRestore | null },
  { plan, isJson, kept }: Order,
): Promise<void> {
  const tell: RestoreInput['tell'] = async (step) => {
    note(`${step} …`)
    await recorded?.tell(step)
  }
  const wrote: RestoreInput['wrote'] = async (written) => recorded?.wrote(written)
  const result = await restored({ ...input, tell, wrote }, kept).catch(async (error: unknown) => {
    const words = error instanceof Error ? error.message : String(error)
    await recorded?.failed(words)
    const { checkpoint } = input.journal.begun
    throw new Failure(
      `${words}\nThe restore was interrupted; --resume goes on with it. What was there before is in ${checkpoint}`,
    )
  })
  await recorded?.ended(result)
  const checkpointId = input.journal.stored
  if (isJson)
    printJson({ ...result, plan, recorded: recorded?.id ?? null, checkpointId, keptResult: kept?.file ?? null })
  else tellRestored(result, checkpointId)
  if (result.outcome === 'differs') throw new Failure('The gateway is not in everything what the package says.')
}

async function restored(input: RestoreInput, kept: Order['kept']): Promise<Restored> {
  const result = await restore(input)
  if (kept)
    await input.line.use(async (session) =>
      packInto(kept.file, await collect(session, 'backup', whole), kept.passphrase),
    )
  return result
}
