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
import { facts, note, plain, print, printJson } from '../../output/output.ts'
import { openGateway } from '../../plugin/at-gateway.ts'
import { given, placeOf } from '../gateway-place.ts'
import { withJson } from '../json-option.ts'
import { choiceOf, gatewayShape, withGateway } from './options.ts'

const Options = z.object({
  ...gatewayShape,
  intent: PackageIntent,
  out: z.string().min(1),
  force: z.boolean().default(false),
})
const shownMax = 20

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
      tellNotes(
        'taken out',
        manifest.removed.map(({ path, kind, count }) => `${path}: ${kind} (${count})`),
      )
      tellNotes(
        'to be filled in',
        manifest.placeholders.map(({ path, kind }) => `${path}: ${kind}`),
      )
      tellNotes(
        'not inside',
        manifest.missing.map(({ path, reason }) => `${path}: ${reason}`),
      )
    }
  } catch (error) {
    if (error instanceof PackageError) throw new Failure(error.message)
    throw error
  } finally {
    session.close('Done.')
  }
}

function tellNotes(what: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  note(`${what}: ${lines.length}`)
  for (const line of lines.slice(0, shownMax)) note(plain(`  ${line}`))
  if (lines.length > shownMax) note(`  … and ${lines.length - shownMax} more; --json tells all.`)
}
