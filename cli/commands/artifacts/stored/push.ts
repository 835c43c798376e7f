import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { PackageError } from '../../../../cbpkg/package-error.ts'
import { verifyPackage } from '../../../../cbpkg/read.ts'
import { Artifact } from '../../../../worker/features/artifacts/contract.ts'
import { refusalOf, send, urlOf } from '../../../api/request.ts'
import { Session } from '../../../api/session.ts'
import { packageFile, tellDerivation } from '../../../artifacts/package-file.ts'
import { type PassphraseOption, readPassphrase, withPassphrase } from '../../../artifacts/passphrase.ts'
import { Failure } from '../../../output/failure.ts'
import { version } from '../../../version.ts'
import { type JsonOption, showOne, withJson } from '../../json-option.ts'
import { connectorNamed } from './connector-named.ts'

const uploadWithinMs = 30 * 60_000
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
    const { id } = await session.post(`/connectors/${connectorId}/artifacts`, Artifact, announced, {
      timeoutMs: 120_000,
    })
    showStored(options, await upload(session, id, file))
  })
}

/** Read to its end: what is stored as a package is one, and is whole. The list of its contents is inside, and encrypted. */
async function read(file: string, options: PassphraseOption) {
  const source = await packageFile(file)
  const passphrase = await readPassphrase(options)
  const hash = createHash('sha256')
  try {
    const { header, manifest } = await verifyPackage(hashed(source, hash), passphrase, { progress: tellDerivation })
    return { header, manifest, size: (await stat(file)).size, sha256: hash.digest('hex') }
  } catch (error) {
    if (error instanceof PackageError) throw new Failure(error.message)
    throw error
  }
}

async function* hashed(source: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const piece of source) {
    hash.update(piece)
    yield piece
  }
}

async function upload(session: Session, id: string, file: string): Promise<Artifact> {
  const answer = await send(urlOf(session.server, `/artifacts/${id}/content`), {
    method: 'PUT',
    headers: {
      'content-type': 'application/octet-stream',
      authorization: await session.authorization(),
      'user-agent': `clawbutler/${version}`,
    },
    body: await openAsBlob(file),
    redirect: 'error',
    signal: AbortSignal.timeout(uploadWithinMs),
  })
  if (!answer.ok) throw await refusalOf(answer)
  return Artifact.parse(await answer.json())
}

const showStored = (options: JsonOption, artifact: Artifact): void =>
  showOne(options, artifact, {
    artifact: artifact.id,
    state: artifact.state,
    connector: artifact.connectorName,
    bytes: artifact.size,
    sha256: artifact.sha256,
  })
