import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Artifact, type BeginUpload } from '../../worker/features/artifacts/contract.ts'
import { refusalOf, send, urlOf } from '../api/request.ts'
import type { Session } from '../api/session.ts'
import { version } from '../version.ts'
import { digestOfFile } from './package-file.ts'

const announceWithinMs = 120_000
const uploadWithinMs = 30 * 60_000

/** What may be known of a package without its passphrase. */
export type Announced = Pick<BeginUpload, 'header' | 'manifest' | 'cause'>

/** Stores a package at ClawButler, encrypted as it is. The same file twice is one artifact. Throws a `Failure`. */
export async function storePackage(
  session: Session,
  connectorId: string,
  file: string,
  announced: Announced,
): Promise<Artifact> {
  const body = { ...announced, size: (await stat(file)).size, sha256: await digestOfFile(file) }
  const { id } = await session.post(`/connectors/${connectorId}/artifacts`, Artifact, body, {
    timeoutMs: announceWithinMs,
  })
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
