import { Buffer } from 'node:buffer'
import { gunzipSync, gzipSync } from 'node:zlib'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { Statement } from '../../../platform/db.ts'
import { sealNow, unsealNow } from '../../../platform/seal.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { Tree } from '../../connectors/link/questions/contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { contentsOf, insertContentStatement, keysThere } from './store.ts'

/** A value of a bundle: as it is, or the key under which its text is kept for all versions that have it. */
const Part = z.union([z.strictObject({ key: z.string() }), z.strictObject({ value: z.unknown() })])
/** How a content stands before it is sealed. */
const Packed = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ gzip: z.string() }),
  z.strictObject({ parts: z.record(z.string(), Part) }),
])
type Packed = z.infer<typeof Packed>

/** Shorter texts cost less where they stand than a row of their own. */
const apartFrom = 512

const textOf = (content: Tree): string => canonicalize(content) ?? '{}'

/** SHA-256 of the canonical JSON, which the connector computes of an entry too. */
export const hashOf = (content: Tree): string => digestOf(textOf(content))

/**
 * Keeps a content; equal content of an organization is kept once. Of files each text is kept on its own, so that a changed
 * one does not keep all the others again. What is known to be there is not packed anew: nothing of it is ever deleted.
 */
export const keepContentStatements = async (
  ctx: OrganizationContext,
  scope: SnapshotScope,
  hash: string,
  content: Tree,
): Promise<Statement[]> => {
  if (scope !== 'workspace_bundle') {
    const text = textOf(content)
    return [keeping(ctx, hash, packedText(text), text)]
  }
  const texts = new Map<string, string>()
  const parts = Object.fromEntries(
    Object.entries(content).map(([name, value]): [string, z.infer<typeof Part>] => {
      if (typeof value !== 'string' || Buffer.byteLength(value) < apartFrom) return [name, { value }]
      const key = `file:${digestOf(value)}`
      texts.set(key, value)
      return [name, { key }]
    }),
  )
  const there = await keysThere(ctx, [...texts.keys()])
  return [
    ...[...texts].flatMap(([key, text]) => (there.has(key) ? [] : [keeping(ctx, key, packedText(text), text)])),
    keeping(ctx, hash, { parts }, JSON.stringify(parts)),
  ]
}

const packedText = (text: string): Packed => {
  const gzip = gzipSync(text).toString('base64')
  return gzip.length < text.length ? { gzip } : { text }
}

const keeping = (ctx: OrganizationContext, hash: string, packed: Packed, text: string): Statement => {
  const { organizationId } = ctx
  const sealed = sealNow(ctx.config, purposeOf(organizationId, hash), JSON.stringify(packed))
  return insertContentStatement(ctx, { organizationId, hash, sealed, size: Buffer.byteLength(text) })
}

/** The content of a version. That there is none is a bug: it commits with the version. */
export const readContent = async (ctx: OrganizationContext, hash: string): Promise<Tree> => {
  const content = (await readContents(ctx, [hash])).get(hash)
  if (content === undefined) throw new Error(`no content of hash ${hash}`)
  return content
}

/** The contents of many versions, by their hashes. */
export const readContents = async (
  ctx: OrganizationContext,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, Tree>> => {
  const packed = await readPacked(ctx, hashes)
  const keys = [...packed.values()].flatMap((each) => ('parts' in each ? keysOf(each.parts) : []))
  const texts = keys.length > 0 ? await readPacked(ctx, keys) : new Map<string, Packed>()
  return new Map([...packed].map(([hash, each]) => [hash, treeOf(each, texts)]))
}

const readPacked = async (ctx: OrganizationContext, hashes: readonly string[]): Promise<Map<string, Packed>> => {
  const rows = await contentsOf(ctx, hashes)
  return new Map(
    rows.map(({ hash, sealed }) => [
      hash,
      Packed.parse(JSON.parse(unsealNow(ctx.config, purposeOf(ctx.organizationId, hash), sealed))),
    ]),
  )
}

const keysOf = (parts: Record<string, z.infer<typeof Part>>): string[] =>
  Object.values(parts).flatMap((part) => ('key' in part ? [part.key] : []))

const treeOf = (packed: Packed, texts: ReadonlyMap<string, Packed>): Tree => {
  if (!('parts' in packed)) return Tree.parse(JSON.parse(unpacked(packed)))
  return Object.fromEntries(
    Object.entries(packed.parts).map(([name, part]) => {
      if (!('key' in part)) return [name, part.value]
      const text = texts.get(part.key)
      if (text === undefined) throw new Error(`no text of key ${part.key}`)
      return [name, unpacked(text)]
    }),
  )
}

const unpacked = (packed: Packed): string => {
  if ('parts' in packed) throw new Error('a text is not made of parts')
  return 'text' in packed ? packed.text : gunzipSync(Buffer.from(packed.gzip, 'base64')).toString('utf8')
}

const purposeOf = (organizationId: string, hash: string): string => `snapshot:${organizationId}:${hash}`
