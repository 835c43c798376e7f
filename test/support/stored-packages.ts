import { SELF } from 'cloudflare:test'
import { createHash } from 'node:crypto'
import { writePackage } from '../../cbpkg/write.ts'
import { Artifact } from '../../worker/features/artifacts/contract.ts'
import { origin, post } from './call.ts'

export const passphrase = 'nine lives of a careful cat'

/** A real package, small and quickly made, as bytes and as what announces it. */
export const aPackage = async ({ text = '{"name":"Main"}', secrets = false } = {}) => {
  const content = new TextEncoder().encode(text)
  const { header, manifest, bytes } = await writePackage({
    passphrase,
    intent: 'backup',
    secrets,
    source: { product: '0.1.0', gateway: '2026.9.6' },
    agents: [{ id: 'main', name: 'Main' }],
    placeholders: [],
    removed: [],
    missing: [{ path: 'agents/main/workspace/large.bin', reason: 'too_large' }],
    logN: 10,
    entries: [
      {
        path: 'agents/main/identity.json',
        section: 'identity',
        agent: 'main',
        size: content.length,
        open: () => [content],
      },
    ],
  })
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  const file = new Uint8Array(await new Blob(pieces.map((piece) => new Uint8Array(piece))).arrayBuffer())
  const sha256 = createHash('sha256').update(file).digest('hex')
  return { file, announced: { header, manifest, size: file.length, sha256 } }
}
export type APackage = Awaited<ReturnType<typeof aPackage>>

/** The bytes of a package, up the real route. */
export const upload = (path: string, file: Uint8Array, headers: Record<string, string>): Promise<Response> =>
  SELF.fetch(`${origin}${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body: new Uint8Array(file),
  })

/** Announces a package and uploads it; answers what is stored. */
export const aStoredArtifact = async (
  connectorId: string,
  headers: Record<string, string>,
  made?: APackage,
): Promise<Artifact> => {
  const { file, announced } = made ?? (await aPackage())
  const begun = await post(`/api/v1/connectors/${connectorId}/artifacts`, announced, headers)
  const { id } = Artifact.parse(await begun.json())
  return Artifact.parse(await (await upload(`/api/v1/artifacts/${id}/content`, file, headers)).json())
}
