import { createHash } from 'node:crypto'
import { writePackage } from '../../../cbpkg/write.ts'
import { Artifact } from '../../../worker/features/artifacts/contract.ts'
import type { Client } from './client.ts'

/** A small package of a connector's gateway, stored as somebody does it by hand. */
export const storePackage = async (url: string, client: Client, connectorId: string): Promise<Artifact> => {
  const content = new TextEncoder().encode('{"name":"Main"}')
  const { header, manifest, bytes } = await writePackage({
    passphrase: 'nine lives of a careful cat',
    intent: 'backup',
    secrets: true,
    source: { product: '0.1.0', gateway: '2026.9.6' },
    agents: [{ id: 'main', name: 'Main' }],
    placeholders: [],
    removed: [],
    missing: [{ path: 'agents/main/workspace/large.bin', reason: 'too large' }],
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
  const file = Buffer.concat(pieces)
  const announced = { header, manifest, size: file.length, sha256: createHash('sha256').update(file).digest('hex') }
  const { id } = await client.post(Artifact, `/connectors/${connectorId}/artifacts`, announced)
  const answer = await fetch(`${url}/api/v1/artifacts/${id}/content`, {
    method: 'PUT',
    headers: { authorization: await client.authorization(), 'content-type': 'application/octet-stream' },
    body: new Blob([file]),
  })
  return Artifact.parse(await answer.json())
}
