import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { ConfigSchema, GatewayConfig, Tree } from '../../../worker/features/connectors/link/questions/contract.ts'
import { reloadKinds } from '../../../worker/features/connectors/link/questions/contract.ts'
import { isTree } from '../../plugin/merge-patch.ts'
import { cut, cutOrNull } from '../bounded.ts'
import type { GatewaySession } from '../session.ts'
import { redactTree } from './redact.ts'

const Issue = z.object({ path: z.string().catch(''), message: z.string().catch('') })
const Configuration = z.object({
  hash: z.string().min(1).max(300),
  valid: z.boolean().catch(true),
  issues: z.array(Issue).catch([]),
  sourceConfig: z.record(z.string(), z.unknown()),
  config: z.record(z.string(), z.unknown()).catch({}),
})

const Hint = z.object({ label: z.string().nullish(), help: z.string().nullish(), advanced: z.boolean().nullish() })
const nodeShape = {
  path: z.string(),
  reloadKind: z.enum(reloadKinds).nullish().catch(null),
  hint: Hint.nullish().catch(null),
}
const Lookup = z.object({
  ...nodeShape,
  schema: z.record(z.string(), z.unknown()).catch({}),
  children: z
    .array(
      z.object({
        ...nodeShape,
        key: z.string(),
        type: z
          .union([z.string(), z.array(z.string())])
          .nullish()
          .catch(null),
        required: z.boolean().catch(false),
      }),
    )
    .catch([]),
})

/** The gateway answers nothing else while it applies a change. */
export const busyTimeoutMs = 90_000

/** The configuration as its operator wrote it, without secrets. */
export async function readConfiguration(session: GatewaySession, known: readonly string[]): Promise<GatewayConfig> {
  const read = await session.call('config.get', {}, Configuration, busyTimeoutMs)
  return {
    hash: read.hash,
    valid: read.valid,
    issues: cutIssues(read.issues),
    source: redactTree(read.sourceConfig, known),
    completed: redactTree(read.config, known),
  }
}

export const cutIssues = (issues: readonly { path: string; message: string }[]) =>
  issues.slice(0, 100).map(({ path, message }) => ({ path: cut(path, 1_000), message: cut(message, 4_000) }))

/** One agent's own entry; null when it has none, as the only agent of a gateway may. */
export function entryOf(source: Tree, agent: string): Tree | null {
  const { agents } = source
  const entries = isTree(agents) ? agents.entries : null
  const entry = isTree(entries) && Object.hasOwn(entries, agent) ? entries[agent] : null
  return isTree(entry) ? entry : null
}

export async function lookUpSchema(session: GatewaySession, path: string): Promise<ConfigSchema> {
  const found = await session.call('config.schema.lookup', { path }, Lookup, 60_000)
  const children = found.children.slice(0, 300).map((child) => ({
    ...ofNode(child),
    key: cut(child.key),
    type: child.type == null ? null : cut([child.type].flat().join(' | ')),
    isRequired: child.required,
  }))
  return { ...ofNode(found), schema: found.schema, children }
}

const ofNode = ({ path, hint, reloadKind }: Pick<z.infer<typeof Lookup>, keyof typeof nodeShape>) => ({
  path: cut(path),
  title: cutOrNull(hint?.label),
  description: cutOrNull(hint?.help, 4_000),
  reloadKind: reloadKind ?? null,
  isAdvanced: hint?.advanced ?? false,
})

/** SHA-256 of a value's canonical JSON (RFC 8785). */
export const digestOfTree = (value: Tree | null): string | null =>
  value === null
    ? null
    : createHash('sha256')
        .update(canonicalize(value) ?? '')
        .digest('hex')
