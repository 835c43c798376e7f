import type { Command } from 'commander'
import { PackageError } from '../../../../cbpkg/package-error.ts'
import { verifyPackage } from '../../../../cbpkg/read.ts'
import type { Artifact } from '../../../../worker/features/artifacts/contract.ts'
import { Session } from '../../../api/session.ts'
import { packageFile, tellDerivation } from '../../../artifacts/package-file.ts'
import { type PassphraseOption, readPassphrase, withPassphrase } from '../../../artifacts/passphrase.ts'
import { type Announced, storePackage } from '../../../artifacts/store-package.ts'
import { Failure } from '../../../output/failure.ts'
import { type JsonOption, showOne, withJson } from '../../json-option.ts'
import { connectorNamed } from './connector-named.ts'

type Options = JsonOption & PassphraseOption & { connector?: string }

export function registerPush(artifact: Command): void {
  const push = artifact
    .command('push')
    .description('store a package at ClawButler, encrypted as it is; its passphrase is used here alone')
    .argument('<file>', 'a .cbpkg file')
    .option('--connector <name>', 'the connector whose gateway it is from, by name or id')
  withJson(withPassphrase(push)).action(async (file: string, options: Options) => {
    const session = await Session.open(process.env)
    const { id: connectorId } = await connectorNamed(session, options.connector)
    const announced = await read(file, options)
    showStored(options, await storePackage(session, connectorId, file, announced))
  })
}

/** Read to its end: what is stored as a package is one, and is whole. The list of its contents is inside, and encrypted. */
async function read(file: string, options: PassphraseOption): Promise<Announced> {
  const source = await packageFile(file)
  const passphrase = await readPassphrase(options)
  try {
    const { header, manifest } = await verifyPackage(source, passphrase, { progress: tellDerivation })
    return { header, manifest, cause: 'manual' }
  } catch (error) {
    if (error instanceof PackageError) throw new Failure(error.message)
    throw error
  }
}

const showStored = (options: JsonOption, artifact: Artifact): void =>
  showOne(options, artifact, {
    artifact: artifact.id,
    state: artifact.state,
    connector: artifact.connectorName,
    bytes: artifact.size,
    sha256: artifact.sha256,
  })
