import { Buffer } from 'node:buffer'
import { gunzipSync, gzipSync } from 'node:zlib'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { sealNow, unsealNow } from '../../../platform/seal.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { Tree } from '../../connectors/link/questions/contract.ts'
import { contentOf, contentsOf, insertContentStatement } from '../store.ts'

/** How a content stands before it is sealed. */
const Packed = z.union([z.strictObject({ text: z.string() }), z.strictObject({ gzip: z.string() })])

const textOf = (content: Tree): string => canonicalize(content) ?? '{}'

/** SHA-256 of the canonical JSON, which the connector computes of an entry too. */
export const hashOf = (content: Tree): string => digestOf(textOf(content))

/** Keeps a content; equal content of an organization is kept once. */
export const keepContentStatement = (ctx: OrganizationContext, hash: string, content: Tree) => {
  const text = textOf(content)
  const gzip = gzipSync(text).toString('base64')
  const packed = JSON.stringify(gzip.length < text.length ? { gzip } : { text })
  const { organizationId } = ctx
  const sealed = sealNow(ctx.config, purposeOf(organizationId, hash), packed)
  return insertContentStatement(ctx, { organizationId, hash, sealed, size: Buffer.byteLength(text) })
}

/** The content of a version. That there is none is a bug: it commits with the version. */
export const readContent = async (ctx: OrganizationContext, hash: string): Promise<Tree> => {
  const sealed = await contentOf(ctx, hash)
  if (sealed === undefined) throw new Error(`no content of hash ${hash}`)
  return unpacked(ctx, hash, sealed)
}

/** The contents of many versions, by their hashes. */
export const readContents = async (
  ctx: OrganizationContext,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, Tree>> => {
  const rows = await contentsOf(ctx, hashes)
  return new Map(rows.map(({ hash, sealed }) => [hash, unpacked(ctx, hash, sealed)]))
}

const unpacked = (ctx: OrganizationContext, hash: string, sealed: string): Tree => {
  const packed = Packed.parse(JSON.parse(unsealNow(ctx.config, purposeOf(ctx.organizationId, hash), sealed)))
  const text = 'text' in packed ? packed.text : gunzipSync(Buffer.from(packed.gzip, 'base64')).toString('utf8')
  return Tree.parse(JSON.parse(text))
}

const purposeOf = (organizationId: string, hash: string): string => `snapshot:${organizationId}:${hash}`
