import { z } from 'zod'
import { Risk } from '../../../platform/contract.ts'

export const snapshotScopes = [
  'agent_config',
  'workspace_bundle',
  'bindings',
  'dependency_meta',
  'gateway_config',
] as const
export const SnapshotScope = z.enum(snapshotScopes)
export type SnapshotScope = z.infer<typeof SnapshotScope>

/** What a change is about, in the order in which people look. */
export const changeCategories = [
  'permissions',
  'secrets',
  'tools',
  'bindings',
  'model',
  'skills',
  'channels',
  'schedule',
  'files',
  'identity',
  'other',
] as const
export const ChangeCategory = z.enum(changeCategories)
export type ChangeCategory = z.infer<typeof ChangeCategory>

/** Why a change is as risky as it is: the closed list, in words in docs/design/snapshots.md. */
export const riskRules = [
  'secret',
  'permission',
  'tools_widened',
  'tools_changed',
  'tools_narrowed',
  'binding',
  'model',
  'model_tuning',
  'skills_widened',
  'skills_changed',
  'channel',
  'schedule',
  'instructions',
  'workspace',
  'file',
  'identity',
  'order',
  'other',
] as const
export type RiskRule = (typeof riskRules)[number]

/** A name, or the item of a list that has this key: its id or name, else its content. */
export const Step = z.union([z.string(), z.strictObject({ item: z.string() })])
export type Step = z.infer<typeof Step>

/** Part of a text: lines as in a unified diff, each with its sign. Numbers count from 1. */
export const Hunk = z.object({
  oldStart: z.number().int().nonnegative(),
  newStart: z.number().int().nonnegative(),
  lines: z.array(z.string()),
})
export type Hunk = z.infer<typeof Hunk>

/**
 * A file whose text is not kept, and why. redacted: it holds passages that look like credentials, and `text` is the rest.
 * too_large: `hash` is null where the link does not carry it at all. not_text: its bytes are no UTF-8.
 */
export const KnownFile = z.object({
  hash: z.string().nullable(),
  sizeBytes: z.number().int().nonnegative().nullable(),
  reason: z.enum(['redacted', 'too_large', 'not_text']),
  text: z.string().optional(),
})
export type KnownFile = z.infer<typeof KnownFile>

export const SemanticChange = z.object({
  /** For people; `steps` are for machines. */
  path: z.string(),
  steps: z.array(Step),
  category: ChangeCategory,
  kind: z.enum(['added', 'removed', 'changed', 'moved']),
  /** Null where there is none. A secret is never here: the gateway's sentinel stands in its place. */
  before: z.unknown(),
  after: z.unknown(),
  /** Places of a list's item before and after; null for what is no item, and where it is not. */
  from: z.number().int().nonnegative().nullable(),
  to: z.number().int().nonnegative().nullable(),
  /** It holds a secret: the two are told to be different, and nothing else is told of them. */
  secret: z.boolean(),
  risk: Risk,
  rule: z.enum(riskRules),
  /** Where both are texts of more than one line, or such files without what is hidden in them, and not too different. */
  hunks: z.array(Hunk).nullable(),
})
export type SemanticChange = z.infer<typeof SemanticChange>

export const SemanticDiff = z.object({
  changes: z.array(SemanticChange),
  /** The worst of all changes; null when nothing differs. */
  risk: Risk.nullable(),
})
export type SemanticDiff = z.infer<typeof SemanticDiff>
