import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  type MemoryFile,
  type MemoryFileFacts,
  MemoryPath,
  memoryBytesMax,
  memoryFilesMax,
} from '../../../../worker/features/connectors/link/memory/contract.ts'
import type { AnswerTo } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { instant } from '../../bounded.ts'
import { GatewayRequestFailed } from '../../refusal.ts'
import type { GatewaySession } from '../../session.ts'
import { redactText } from '../redact.ts'
import { TooLarge } from '../refused.ts'
import { writableWorkspace } from './local.ts'

const whole = z.number().int().nonnegative().nullish().catch(null)
const moment = z.number().nullish().catch(null)
const Entry = z.object({
  path: z.string(),
  kind: z.enum(['file', 'directory']).catch('file'),
  size: whole,
  updatedAtMs: moment,
})
const Listing = z.object({ entries: z.array(Entry), totalEntries: z.number().int() })
const Content = z.object({
  file: z.object({
    size: whole,
    updatedAtMs: moment,
    encoding: z.string(),
    content: z.string(),
  }),
})
const Workspace = z.object({
  workspace: z.string(),
  files: z.array(z.object({ name: z.string(), missing: z.boolean(), size: whole, updatedAtMs: moment })),
})

export const mainMemory = 'MEMORY.md'
const foldersMax = 200
const pageSize = 500

/** The files of an agent's memory, the newest first, as its gateway lists them; what our paths cannot name is left out. */
export async function listMemory(session: GatewaySession, agentId: string): Promise<AnswerTo<'memory.files'>> {
  const { files: kept, workspace } = await session.call('agents.files.list', { agentId }, Workspace, 60_000)
  const main = kept.find(({ name, missing }) => name === mainMemory && !missing)
  const below = await listBelow(session, agentId)
  const found = [...(main ? [{ ...main, path: mainMemory }] : []), ...below.files].map(factsOf)
  const newestFirst = found.toSorted((a, b) => (b.updatedAt ?? '').localeCompare(a.updatedAt ?? ''))
  return {
    question: 'memory.files',
    files: newestFirst.slice(0, memoryFilesMax),
    isComplete: below.isComplete && found.length <= memoryFilesMax,
    reach: (await writableWorkspace(session, workspace)) === null ? 'main_only' : 'all',
  }
}

async function listBelow(session: GatewaySession, agentId: string) {
  const files: z.infer<typeof Entry>[] = []
  const folders = ['memory']
  let seen = 0
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    if (++seen > foldersMax || files.length > memoryFilesMax) return { files, isComplete: false }
    for await (const entry of entriesOf(session, agentId, folder)) {
      if (entry.kind === 'directory') {
        // A folder is one that a file in it could be named in.
        if (MemoryPath.safeParse(`${entry.path}/a.md`).success) folders.push(entry.path)
      } else if (MemoryPath.safeParse(entry.path).success) files.push(entry)
    }
  }
  return { files, isComplete: true }
}

async function* entriesOf(session: GatewaySession, agentId: string, path: string) {
  for (let offset = 0; ; offset += pageSize) {
    const params = { agentId, path, offset, limit: pageSize }
    const page = await orNull(
      session.call('agents.workspace.list', params, Listing, 60_000),
      'workspace_path_not_found',
    )
    yield* page?.entries ?? []
    if (!page || offset + pageSize >= page.totalEntries) return
  }
}

/** Throws `TooLarge` for a file beyond the bound. A missing file is an answer. */
export async function readMemory(
  session: GatewaySession,
  agentId: string,
  path: string,
  known: readonly string[],
): Promise<MemoryFile> {
  const found = await rawMemory(session, agentId, path)
  const { text, redactions } = redactText(found?.content ?? '', known)
  const facts = { path, sizeBytes: found?.size ?? null, updatedAt: found ? instant(found.updatedAtMs) : null }
  return { ...facts, isMissing: found === null, hash: found?.hash ?? null, content: text, redactions }
}

/** A file as it lies there, whatever it holds; null when there is none that the gateway would open as text. */
export async function rawMemory(session: GatewaySession, agentId: string, path: string) {
  const found = await orNull(readRaw(session, agentId, path), 'workspace_file_not_found')
  if (found?.encoding !== 'utf8') return null
  const size = Buffer.byteLength(found.content)
  if (size > memoryBytesMax) throw tooLarge(path)
  return { ...found, size, hash: sha256(found.content) }
}

async function readRaw(session: GatewaySession, agentId: string, path: string) {
  try {
    return (await session.call('agents.workspace.get', { agentId, path }, Content, 60_000)).file
  } catch (error) {
    if (error instanceof GatewayRequestFailed && error.reason === 'workspace_file_too_large') throw tooLarge(path)
    throw error
  }
}

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

const tooLarge = (path: string) =>
  new TooLarge(`${path} is larger than the ${memoryBytesMax} bytes that are shown and written.`)

const factsOf = ({ path, size, updatedAtMs }: Omit<z.infer<typeof Entry>, 'kind'>): MemoryFileFacts => ({
  path,
  sizeBytes: size ?? null,
  updatedAt: updatedAtMs ? instant(updatedAtMs) : null,
})

/** What a call answers, or null where the gateway refuses for this reason. */
async function orNull<T>(call: Promise<T>, reason: string): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (error instanceof GatewayRequestFailed && error.reason === reason) return null
    throw error
  }
}
