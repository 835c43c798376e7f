import { z } from 'zod'

/** Bounds of a package; docs/design/cbpkg.md gives the same figures. Each is checked before anything is reserved for it. */
export const packageLimits = {
  headerBytesMax: 64 * 1024,
  manifestBytesMax: 8 * 1024 * 1024,
  /** All of what is encrypted: manifest and contents. */
  plaintextBytesMax: 1024 * 1024 * 1024,
  entriesMax: 100_000,
  agentsMax: 10_000,
  notesMax: 20_000,
  pathBytesMax: 512,
  logNMin: 10,
  logNMax: 17,
  passphraseCharsMin: 12,
  passphraseBytesMax: 4096,
} as const

export const packageVersion = 2
/** What a package is for: to be put back, to make another like it, or to be given to anybody. */
export const intents = ['backup', 'clone', 'share'] as const
export const PackageIntent = z.enum(intents)
export type PackageIntent = z.infer<typeof PackageIntent>

export const globalSections = ['models', 'agent_defaults', 'approval_rules', 'channels', 'cron', 'gateway'] as const
export const agentSections = [
  'identity',
  'model',
  'tools',
  'skills',
  'agent_channels',
  'runtime',
  'workspace_files',
] as const
/** In the order in which a manifest lists them. */
export const sections = [...globalSections, ...agentSections] as const
export const PackageSection = z.enum(sections)
export type PackageSection = z.infer<typeof PackageSection>

const moment = z.iso.datetime({ precision: 3 })
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const line = z
  .string()
  .max(512)
  .refine((text) => text.isWellFormed())
const named = line.min(1)
const count = z.number().int().min(0).max(packageLimits.plaintextBytesMax)

/** What anybody may read of a package, and what the key is bound to. */
export const PackageHeader = z
  .strictObject({
    format: z.literal('cbpkg'),
    version: z.literal(packageVersion),
    id: z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    intent: PackageIntent,
    createdAt: moment,
    /** Whether there are secrets among the contents; only a backup may have some. */
    secrets: z.boolean(),
    kdf: z.strictObject({
      name: z.literal('scrypt'),
      logN: z.number().int().min(packageLimits.logNMin).max(packageLimits.logNMax),
      r: z.literal(8),
      p: z.literal(1),
      /** 16 to 64 bytes in hex. */
      salt: z.string().regex(/^(?:[0-9a-f]{2}){16,64}$/),
    }),
    /** SHA-256 of the manifest's bytes, in hex. */
    manifestHash: digest,
    /** Bytes of what is encrypted; the length of the file follows from it. */
    size: z.number().int().min(4).max(packageLimits.plaintextBytesMax),
  })
  .refine(({ intent, secrets }) => intent === 'backup' || !secrets)
export type PackageHeader = z.infer<typeof PackageHeader>

export const PackageEntry = z.strictObject({
  /** What it has to be like is in paths.ts. */
  path: z.string(),
  size: count,
  /** HMAC-SHA-256 of path and content under a key that only the passphrase gives, in hex. */
  digest,
  section: PackageSection,
  /** Whose it is; null for a section of the whole gateway. */
  agent: named.nullable(),
})
export type PackageEntry = z.infer<typeof PackageEntry>

export const PackageAgent = z.strictObject({ id: named, name: line })
/** Where somebody has to fill in what was left out, and what belongs there. */
export const PackagePlaceholder = z.strictObject({ path: named, kind: named })
/** What was taken out because the intent forbids it, and how often. */
export const PackageRemoval = z.strictObject({ path: named, kind: named, count })
/** What should be inside and is not. */
export const PackageMissing = z.strictObject({ path: named, reason: named })

export const PackageManifest = z.strictObject({
  version: z.literal(packageVersion),
  intent: PackageIntent,
  createdAt: moment,
  /** Versions of what wrote it and of the gateway that it is from; null when that is not known or not to be told. */
  source: z.strictObject({ product: named, gateway: named.nullable() }),
  /** Those that occur among the entries. */
  sections: z.array(PackageSection).max(sections.length),
  agents: z.array(PackageAgent).max(packageLimits.agentsMax),
  /** In the order of their contents. */
  entries: z.array(PackageEntry).max(packageLimits.entriesMax),
  placeholders: z.array(PackagePlaceholder).max(packageLimits.notesMax),
  removed: z.array(PackageRemoval).max(packageLimits.notesMax),
  missing: z.array(PackageMissing).max(packageLimits.notesMax),
})
export type PackageManifest = z.infer<typeof PackageManifest>
