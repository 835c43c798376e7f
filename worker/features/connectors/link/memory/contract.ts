import { z } from 'zod'
import { Timestamp } from '../../../../platform/contract.ts'

/**
 * An agent's memory as its gateway keeps it: `MEMORY.md` in the workspace, and text below the folder `memory`. A path names
 * no other place: it has no `..`, nothing hidden, nothing that needs escaping, and is composed (NFC), so that it is one file.
 */
const segment = '[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_ .,+@()-]{0,79}'
const inMemory = new RegExp(`^(?:MEMORY\\.md|memory(?:/${segment}){1,6})$`, 'u')
export const MemoryPath = z
  .string()
  .max(400)
  .regex(inMemory, 'MEMORY.md, or a path below memory/')
  .refine((path) => /[^/ ]\.(?:md|txt)$/.test(path) && !/[ .]\//.test(path), 'ends with .md or .txt')
  .refine((path) => path === path.normalize('NFC'), 'is composed (NFC)')
export type MemoryPath = z.infer<typeof MemoryPath>

export const memoryBytesMax = 128 * 1024
export const memoryFilesMax = 1_000
const Count = z.number().int().nonnegative()
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * What can be changed. all: the gateway is on its connector's machine. main_only: it is not, or its folder cannot be
 * written there, and its protocol writes `MEMORY.md` alone.
 */
export const memoryReaches = ['all', 'main_only'] as const

export const MemoryFileFacts = z.object({
  path: MemoryPath,
  sizeBytes: Count.nullable(),
  updatedAt: Timestamp.nullable(),
})
export type MemoryFileFacts = z.infer<typeof MemoryFileFacts>

export const MemoryFile = MemoryFileFacts.extend({
  isMissing: z.boolean(),
  /** SHA-256 of the whole file as it lies on the machine; null while there is none. */
  hash: Sha256.nullable(),
  content: z.string().max(memoryBytesMax),
  /** How many passages that look like credentials were replaced by the sentinel. Such text can not be written back. */
  redactions: Count,
})
export type MemoryFile = z.infer<typeof MemoryFile>

/** gateway: its own index, by words and meaning. text: the connector, by the very characters. */
export const memorySearchers = ['gateway', 'text'] as const
export const MemoryHit = z.object({
  path: z.string().max(1_000),
  /** The first line of the snippet, from 1; null where the index does not say. */
  line: Count.nullable().default(null),
  snippet: z.string().max(4_000),
  score: z.number().nullable(),
})
export type MemoryHit = z.infer<typeof MemoryHit>

export const memoryAnswers = {
  files: z.object({
    files: z.array(MemoryFileFacts).max(memoryFilesMax),
    isComplete: z.boolean(),
    reach: z.enum(memoryReaches),
  }),
  file: z.object({ file: MemoryFile }),
  search: z.object({
    hits: z.array(MemoryHit).max(50),
    searchedBy: z.enum(memorySearchers).default('gateway'),
    /** False where files were left out, because there are too many or time was short. */
    isComplete: z.boolean().default(true),
  }),
} as const
