import { z } from 'zod'
import { Id, PageQuery, Timestamp } from '../../platform/contract.ts'
import { AgentChange } from '../agents/changes/contract.ts'
import { awayCauses, Freshness } from '../agents/live/contract.ts'
import {
  MemoryFile as FileAtGateway,
  MemoryHit,
  MemoryPath,
  memoryAnswers,
  memoryBytesMax,
  memorySearchers,
} from '../connectors/link/memory/contract.ts'

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** `reach` is null where the gateway is away and only versions are known. */
export const MemoryFiles = memoryAnswers.files.extend({
  reach: memoryAnswers.files.shape.reach.nullable(),
  freshness: Freshness,
})
export type MemoryFiles = z.infer<typeof MemoryFiles>

/** Where the gateway is away it is the newest version that is kept. */
export const MemoryFile = FileAtGateway.extend({ freshness: Freshness })
export type MemoryFile = z.infer<typeof MemoryFile>

/** `expectedHash`: of the file that the content takes the place of; null for one that is not there yet. */
export const PutMemory = z.strictObject({
  content: z.string().max(memoryBytesMax),
  expectedHash: Sha256.nullable(),
})
export type PutMemory = z.infer<typeof PutMemory>
export const DeleteMemory = z.strictObject({ expectedHash: Sha256 })

/** `expectedHash`: of the file as it is now; null where there is none any more. */
export const RollBackMemory = z.strictObject({ versionId: Id('mvr'), expectedHash: Sha256.nullable() })
export type RollBackMemory = z.infer<typeof RollBackMemory>

/** `change` is null where the file had this content already; `file` is read back, null while nobody knows yet. */
export const MemoryChanged = z.object({ change: AgentChange.nullable(), file: MemoryFile.nullable() })
export type MemoryChanged = z.infer<typeof MemoryChanged>

/** written: from here. seen: found at the gateway, whoever wrote it there. */
export const versionSources = ['written', 'seen'] as const
export const MemoryVersion = z.object({
  id: Id('mvr'),
  path: MemoryPath,
  /** SHA-256 of the file at its gateway; null where it was gone. */
  hash: Sha256.nullable(),
  sizeBytes: z.number().int(),
  /** A version that lacks what was redacted can not be brought back. */
  redactions: z.number().int(),
  source: z.enum(versionSources),
  author: z.object({ id: z.string(), name: z.string() }).nullable(),
  changeId: Id('cmd').nullable(),
  restoredFrom: Id('mvr').nullable(),
  at: Timestamp,
})
export type MemoryVersion = z.infer<typeof MemoryVersion>
export const ListVersions = PageQuery.extend({ path: MemoryPath })
export type ListVersions = z.infer<typeof ListVersions>

const DifferenceLine = z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })
/** Changed lines with three around them. */
export const Difference = z.object({
  added: z.number().int(),
  removed: z.number().int(),
  hunks: z.array(z.object({ before: z.number().int(), after: z.number().int(), lines: z.array(DifferenceLine) })),
  /** They have so little in common that only the whole of both is told. */
  isWhole: z.boolean(),
})
export type Difference = z.infer<typeof Difference>

/** `against`: another version of the same file; the one before it unless told. */
export const ShowVersion = z.strictObject({ against: Id('mvr').optional() })
export const MemoryVersionShown = z.object({
  version: MemoryVersion,
  content: z.string(),
  against: MemoryVersion.nullable(),
  difference: Difference,
})
export type MemoryVersionShown = z.infer<typeof MemoryVersionShown>

export const SearchMemory = z.strictObject({ query: z.string().trim().min(1).max(500), agentId: Id('agt').optional() })
export type SearchMemory = z.infer<typeof SearchMemory>
export const SearchAgentMemory = SearchMemory.pick({ query: true })

/** searched, or why not: away as the gateway was, refused in its words, or it took too long. */
export const searchOutcomes = ['searched', 'refused', 'too_slow', ...awayCauses] as const
export const MemoryFound = z.object({
  hits: z.array(MemoryHit.extend({ agentId: Id('agt') })),
  agents: z.array(
    z.object({
      agentId: Id('agt'),
      name: z.string(),
      outcome: z.enum(searchOutcomes),
      searchedBy: z.enum(memorySearchers).nullable(),
      hits: z.number().int(),
      /** False where not all of its memory was looked through. */
      isComplete: z.boolean(),
    }),
  ),
  /** Agents that nobody asked, because they are too many. */
  notAsked: z.number().int(),
  /** Everything was looked through. */
  isComplete: z.boolean(),
})
export type MemoryFound = z.infer<typeof MemoryFound>
