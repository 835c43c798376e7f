import canonicalize from 'canonicalize'
import type { PackageHeader, PackageManifest } from '../../../../cbpkg/contract.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { artifactOfConnector } from '../connector/own.ts'
import { type Artifact, type BeginOrdered, type BeginUpload, manifestBytesMax } from '../contract.ts'
import {
  artifactOfFile,
  connectorRow,
  insertArtifactStatement,
  insertManifestStatement,
  moveArtifactStatement,
} from '../store.ts'
import { viewArtifact } from '../view.ts'

const uploadWithinMs = 24 * 3_600_000

/**
 * Announces a package that somebody made on a machine. The same file of the same connector twice is one artifact. What
 * is not uploaded within a day is forgotten. Throws `invalid` when the manifest is not the header's.
 */
export const beginUpload = async (
  ctx: OrganizationContext,
  connectorId: string,
  { header, manifest, size, sha256, cause }: BeginUpload,
): Promise<Artifact> => {
  const connector = await connectorRow(ctx, connectorId)
  const kept = checked(header, manifest, size)
  const now = ctx.now().getTime()
  const id = ctx.newId('art')
  await ctx.db.batch([
    insertArtifactStatement(ctx, {
      id,
      organizationId: ctx.organizationId,
      connectorId,
      connectorName: connector.name,
      state: 'uploading',
      cause,
      createdById: ctx.actor.id,
      createdByName: ctx.actorName,
      createdAt: now,
      deadline: now + uploadWithinMs,
      ...factsOf(header, manifest, { size, sha256 }),
    }),
    insertManifestStatement(ctx, { artifactId: id, organizationId: ctx.organizationId, ...kept }),
  ])
  const row = await artifactOfFile(ctx, connectorId, sha256)
  if (!row) throw new AppError('conflict', 'The file was removed while it was announced. Announce it again.')
  return viewArtifact(row)
}

/** The same for what the cloud ordered of a connector, by that connector: said twice, it is begun once. */
export const beginOrdered = async (
  ctx: OrganizationContext,
  { artifactId, header, manifest, size, sha256 }: BeginOrdered,
): Promise<Artifact> => {
  const kept = checked(header, manifest, size)
  const change = { state: 'uploading', ...factsOf(header, manifest, { size, sha256 }) } as const
  await artifactOfConnector(ctx, artifactId)
  await ctx.db.batch([
    moveArtifactStatement(ctx, artifactId, ['ordered'], change),
    insertManifestStatement(ctx, { artifactId, organizationId: ctx.organizationId, ...kept }),
  ])
  const row = await artifactOfConnector(ctx, artifactId)
  if (row.sha256 !== sha256 || (row.state !== 'uploading' && row.state !== 'stored'))
    throw new AppError('conflict', 'The order is over, or another file was announced for it.', {
      context: { state: row.state },
    })
  return viewArtifact(row)
}

/** What is kept of a package in the clear. Both texts are canonical, so their digests are what the package says. */
const checked = (header: PackageHeader, manifest: PackageManifest, size: number) => {
  const texts = { header: canonicalize(header) ?? '', manifest: canonicalize(manifest) ?? '' }
  if (new TextEncoder().encode(texts.manifest).length > manifestBytesMax)
    throw new AppError('too_large', `A manifest that is stored here may have ${manifestBytesMax} bytes.`)
  const because =
    (digestOf(texts.manifest) !== header.manifestHash && 'is not the one that the header names') ||
    ((manifest.intent !== header.intent || manifest.createdAt !== header.createdAt) && 'differs from the header') ||
    (size <= header.size && 'names more than the file holds')
  if (because)
    throw new AppError('invalid', 'The manifest does not belong to this package.', {
      errors: [{ path: 'manifest', message: because }],
    })
  return texts
}

const factsOf = (header: PackageHeader, manifest: PackageManifest, file: { size: number; sha256: string }) => ({
  packageId: header.id,
  intent: header.intent,
  hasSecrets: header.secrets,
  madeAt: Date.parse(header.createdAt),
  manifestHash: header.manifestHash,
  agents: manifest.agents.length,
  entries: manifest.entries.length,
  missing: manifest.missing.length,
  ...file,
})
