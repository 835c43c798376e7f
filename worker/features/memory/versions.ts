import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import { iso } from '../../platform/time.ts'
import { getAgent } from '../agents/index.ts'
import type { ListVersions, MemoryVersion, MemoryVersionShown } from './contract.ts'
import { differenceOf } from './difference.ts'
import { contentOf } from './keep.ts'
import type { VersionRow } from './schema.ts'
import { getVersion, versionRows } from './store.ts'

/** The versions of one file, newest first, whether or not the file is there still. */
export const listVersions = async (
  ctx: OrganizationContext,
  agentId: string,
  { path, limit, cursor }: ListVersions,
) => {
  await getAgent(ctx, agentId)
  const beyond = fromCursor(z.string(), cursor)
  const page = pageOf(await versionRows(ctx, agentId, { path, limit: limit + 1, beyond }), limit, (row) => row.id)
  return { ...page, items: page.items.map(viewVersion) }
}

/** A version with what it changed in the one before it, or in `against`. Throws `invalid` for one of another file. */
export const showVersion = async (
  ctx: OrganizationContext,
  agentId: string,
  id: string,
  against: string | undefined,
): Promise<MemoryVersionShown> => {
  await getAgent(ctx, agentId)
  const version = await getVersion(ctx, agentId, id)
  const [other] = against
    ? [await getVersion(ctx, agentId, against)]
    : await versionRows(ctx, agentId, { path: version.path, limit: 1, beyond: version.id })
  if (other && other.path !== version.path)
    throw new AppError('invalid', 'These are versions of two files.', {
      errors: [{ path: 'against', message: 'a version of another file' }],
    })
  const content = await contentOf(ctx, version)
  return {
    version: viewVersion(version),
    content,
    against: other ? viewVersion(other) : null,
    difference: differenceOf(other ? await contentOf(ctx, other) : '', content),
  }
}

const viewVersion = (row: VersionRow): MemoryVersion => ({
  id: row.id,
  path: row.path,
  hash: row.hash,
  sizeBytes: row.sizeBytes,
  redactions: row.redactions,
  source: row.source,
  author: row.authorId === null ? null : { id: row.authorId, name: row.authorName ?? '' },
  changeId: row.changeId,
  restoredFrom: row.restoredFrom,
  at: iso(row.at),
})
