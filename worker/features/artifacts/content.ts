import type { OrganizationContext } from '../../platform/context.ts'
import type { ArtifactRow } from './schema.ts'

/** Beside the archive of the audit log, whose names begin with an organization's id. */
const nameOf = ({ organizationId, id }: Pick<ArtifactRow, 'organizationId' | 'id'>) =>
  `artifacts/${organizationId}/${id}`

/**
 * Streams bytes into the bucket, which takes them only if they are as many as announced and have the digest that was
 * announced; nothing is there otherwise. Never over what is there. False when they were not what was announced.
 */
export const putContent = async (
  ctx: OrganizationContext,
  row: Pick<ArtifactRow, 'organizationId' | 'id'>,
  { size, sha256 }: { size: number; sha256: string },
  bytes: ReadableStream<Uint8Array>,
): Promise<boolean> => {
  const exactly = new FixedLengthStream(size)
  // Fails the reading side too when there are fewer or more bytes; that is where it is seen.
  const counted = bytes.pipeTo(exactly.writable).catch(() => undefined)
  try {
    const put = { sha256, onlyIf: { etagDoesNotMatch: '*' } }
    if (await ctx.env.ARCHIVE.put(nameOf(row), exactly.readable, put)) await counted
  } catch (error) {
    if (await hasContent(ctx, row)) return true
    if (error instanceof Error && isOfBytes.test(error.message)) return false
    throw error
  }
  return hasContent(ctx, row)
}

/** How the bucket and the stream say that the bytes are not as many as announced, or have another digest. */
const isOfBytes = /digest|checksum|sha-?256|FixedLengthStream|bytes/i

export const hasContent = async (ctx: OrganizationContext, row: Pick<ArtifactRow, 'organizationId' | 'id'>) =>
  (await ctx.env.ARCHIVE.head(nameOf(row))) !== null

/** Null when the bucket does not have it. */
export const getContent = (ctx: OrganizationContext, row: Pick<ArtifactRow, 'organizationId' | 'id'>) =>
  ctx.env.ARCHIVE.get(nameOf(row))

/** What is not there is removed as well. */
export const removeContent = (ctx: OrganizationContext, row: Pick<ArtifactRow, 'organizationId' | 'id'>) =>
  ctx.env.ARCHIVE.delete(nameOf(row))
