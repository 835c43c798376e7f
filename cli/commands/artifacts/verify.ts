import type { Command } from 'commander'
import type { PackageHeader, PackageManifest } from '../../../cbpkg/contract.ts'
import { PackageError } from '../../../cbpkg/package-error.ts'
import { verifyPackage } from '../../../cbpkg/read.ts'
import { packageFile, tellDerivation } from '../../artifacts/package-file.ts'
import { type PassphraseOption, readPassphrase, withPassphrase } from '../../artifacts/passphrase.ts'
import { Failure } from '../../output/failure.ts'
import { facts, print, printJson } from '../../output/output.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { tellBeside } from './beside.ts'

type Totals = { entries: number; bytes: number }

export function registerVerify(artifact: Command): void {
  const verify = artifact
    .command('verify')
    .description('read a package to its end: whether it opens, is whole, and is what was packed')
    .argument('<file>', 'a .cbpkg file')
  withJson(withPassphrase(verify)).action(async (file: string, options: JsonOption & PassphraseOption) => {
    const source = await packageFile(file)
    const passphrase = await readPassphrase(options)
    try {
      const { header, manifest, totals } = await verifyPackage(source, passphrase, { progress: tellDerivation })
      if (options.json) printJson({ ok: true, fault: null, header, totals, manifest })
      else tell(header, manifest, totals)
    } catch (error) {
      if (!(error instanceof PackageError)) throw error
      if (options.json) printJson({ ok: false, fault: error.kind })
      throw new Failure(`${error.message} The package must not be used.`)
    }
  })
}

const tell = (header: PackageHeader, manifest: PackageManifest, { entries, bytes }: Totals): void => {
  const { source, sections, agents } = manifest
  print(
    facts({
      package: header.id,
      intent: header.intent,
      made: header.createdAt,
      by: source.product,
      gateway: source.gateway,
      secrets: header.secrets ? 'inside' : 'none inside',
      sections: sections.join(', ') || null,
      agents: agents.map(({ id }) => id).join(', ') || null,
      entries: `${entries} (${bytes} bytes)`,
      verified: 'yes: every byte was read and is what was packed',
    }),
  )
  tellBeside(manifest)
}
