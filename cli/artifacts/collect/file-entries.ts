import { createHash } from 'node:crypto'
import { Failure } from '../../output/failure.ts'
import { cleanedBytesMax, cleanFile, unpublished } from '../redact/files.ts'
import { Account } from '../redact/marker.ts'
import { type Cleaning, spansOf } from '../redact/tree.ts'
import type { AgentFiles } from '../workspace/agent-files.ts'
import type { WorkspaceFile } from '../workspace/walk.ts'
import { type Collected, type CollectedEntry, jsonEntry } from './entry.ts'

/** Beside the files of an agent: which of them may be run. Not a file of the workspace. */
export const rightsFile = '.clawbutler-package.json'

/** The files of one agent, and beside them which of them may be run. */
export async function fileEntries(
  agent: string,
  of: AgentFiles,
  cleaning: Cleaning | null,
  account: Account,
  missing: Collected['missing'],
): Promise<CollectedEntry[]> {
  const folder = `agents/${agent}/workspace`
  const entries: CollectedEntry[] = []
  const executable: string[] = []
  for (const file of of.files) {
    const entry = await entryOf(agent, `${folder}/${file.path}`, file, of, cleaning, account)
    if (entry === null) continue
    if (typeof entry === 'string') missing.push({ path: `${folder}/${file.path}`, reason: entry })
    else {
      entries.push(entry)
      if (file.isExecutable) executable.push(file.path)
    }
  }
  // What the names say of somebody is not said here either.
  if (cleaning?.intent !== 'share')
    for (const { path, reason } of of.left) missing.push({ path: path === '' ? folder : `${folder}/${path}`, reason })
  if (executable.length === 0) return entries
  return [jsonEntry(`${folder}/${rightsFile}`, 'workspace_files', agent, { executable }), ...entries]
}

/** Null for what this intent leaves out; a text says why it could not be packed. */
async function entryOf(
  agent: string,
  path: string,
  file: WorkspaceFile,
  of: AgentFiles,
  cleaning: Cleaning | null,
  account: Account,
): Promise<CollectedEntry | string | null> {
  const entry = { path, section: 'workspace_files' as const, agent }
  if (cleaning === null) return { ...entry, size: file.size, open: () => of.open(file.path) }
  if (cleaning.intent === 'share') {
    const kind = unpublished(file.path) ?? spansOf(file.path, cleaning)[0]?.kind
    if (kind !== undefined) {
      account.took(`agents/${agent}/workspace`, kind)
      return null
    }
  }
  if (file.size > cleanedBytesMax) return `${file.size} bytes are too many to be read for secrets`
  const content = await wholeOf(of.open(file.path))
  const cleaned = cleanFile(content, path, cleaning)
  if (cleaned === null) return null
  const isClean = cleaned === content
  const before = sha256(content)
  const again = { ...cleaning, account: new Account() }
  return {
    ...entry,
    size: cleaned.length,
    async *open() {
      const now = await wholeOf(of.open(file.path))
      // What was written since was not read for secrets.
      if (sha256(now) !== before) throw new Failure(`${file.path} was changed while it was packed. Try again.`)
      yield isClean ? now : (cleanFile(now, path, again) ?? Buffer.alloc(0))
    },
  }
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

async function wholeOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
