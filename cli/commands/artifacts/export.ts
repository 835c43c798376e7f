import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { intents, PackageIntent } from '../../../cbpkg/contract.ts'
import { makeLock } from '../../../cbpkg/key.ts'
import { PackageError } from '../../../cbpkg/package-error.ts'
import { collect } from '../../artifacts/collect/collect.ts'
import { tellDerivation } from '../../artifacts/package-file.ts'
import { choosePassphrase, withPassphrase } from '../../artifacts/passphrase.ts'
import { packInto } from '../../artifacts/write-file.ts'
import { Failure, usage } from '../../output/failure.ts'
import { facts, print, printJson } from '../../output/output.ts'
import { openGateway } from '../../plugin/at-gateway.ts'
import { given, placeOf } from '../gateway-place.ts'
import { withJson } from '../json-option.ts'
import { tellBeside } from './beside.ts'
import { choiceOf, gatewayShape, withGateway } from './options.ts'

const Options = z.object({
  ...gatewayShape,
  intent: PackageIntent,
  out: z.string().min(1),
  force: z.boolean().default(false),
})

export function registerExport(artifact: Command): void {
  const command = artifact
    .command('export')
    .description('pack the configuration of this gateway and the files of its agents into one encrypted file')
    .addOption(
      new Option(
        '--intent <intent>',
        'backup: all of it with its secrets; clone: no secrets, nothing of this machine; share: besides nothing of any person',
      )
        .choices([...intents])
        .default('backup'),
    )
    .requiredOption('--out <file>', 'where the package goes')
    .option('--force', 'replace a file that is there')
  withJson(withPassphrase(withGateway(command))).action(async (options: unknown) => {
    await run(given(Options, options))
  })
}

async function run(options: z.output<typeof Options>): Promise<void> {
  const { intent, json, force } = options
  const out = resolve(options.out)
  if (!force && (await stat(out).catch(() => null))) throw usage(`${out} is there already; --force replaces it.`)
  const place = await placeOf(options)
  const choice = choiceOf(options)
  const passphrase = await choosePassphrase(options.passphraseFile ? { passphraseFile: options.passphraseFile } : {})
  // Before there is much else in memory: making the key takes the most of it.
  const lock = await makeLock(passphrase, { progress: tellDerivation })
  const session = await openGateway(place)
  try {
    const collected = await collect(session, intent, choice)
    const unknown = [...(choice.agents ?? [])].filter((id) => !collected.agents.some((agent) => agent.id === id))
    if (unknown.length > 0) throw usage(`The gateway has no agent ${unknown.join(', ')}.`)
    const { header, manifest, size } = await packInto(out, collected, lock)
    if (json) printJson({ file: out, size, header, manifest })
    else {
      print(
        facts({
          package: header.id,
          file: out,
          intent,
          secrets: header.secrets ? 'inside' : 'none inside',
          agents: manifest.agents.map(({ id }) => id).join(', ') || null,
          sections: manifest.sections.join(', '),
          entries: manifest.entries.length,
          bytes: size,
        }),
      )
      tellBeside(manifest)
    }
  } catch (error) {
    if (error instanceof PackageError) throw new Failure(error.message)
    throw error
  } finally {
    session.close('Done.')
  }
}
