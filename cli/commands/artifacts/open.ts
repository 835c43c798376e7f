import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { PackageError } from '../../../cbpkg/package-error.ts'
import type { Choice } from '../../artifacts/collect/entry.ts'
import type { Fill } from '../../artifacts/plan/fill.ts'
import { type OpenedPackage, readPackage } from '../../artifacts/plan/opened.ts'
import { readFill } from '../../artifacts/plan/read-fill.ts'
import { type RestoreMode, restoreModes, type Scope } from '../../artifacts/plan/wanted.ts'
import { Failure } from '../../output/failure.ts'
import { gatewayShape, withGateway } from './options.ts'

export const restoreShape = {
  ...gatewayShape,
  mode: z.enum(restoreModes).default('merge'),
  fill: z.string().optional(),
}

/** The options that preview and import share: they have to say the same to mean the same. */
export const withRestore = (command: Command): Command =>
  withGateway(command)
    .addOption(
      new Option(
        '--mode <mode>',
        'merge: add and override; replace_scope: each section becomes what the package says; exact_restore: besides, no other agents',
      )
        .choices([...restoreModes])
        .default('merge'),
    )
    .option('--fill <file>', 'JSON with values for what the package leaves to be filled in, by its paths')

export const fillPathOf = ({ fill }: { fill?: string | undefined }): string | null => (fill ? resolve(fill) : null)

/** Reads the whole package before anything is asked of the gateway; one that is bad ends the command. */
export async function openHere(
  file: string,
  passphrase: string,
  fillPath: string | null,
): Promise<{ held: OpenedPackage; fill: Fill }> {
  const fill = await readFill(fillPath)
  try {
    return { held: await readPackage(file, passphrase, fill), fill }
  } catch (error) {
    if (error instanceof PackageError) throw new Failure(`${error.message} Nothing was changed.`)
    throw error
  }
}

export const scopeOf = (mode: RestoreMode, choice: Choice, { intent }: Pick<OpenedPackage, 'intent'>): Scope => ({
  ...choice,
  mode,
  isPart: intent === 'share',
})
