import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makePrivateFolder, readJsonFile, writePrivateFile } from '../profile/private-file.ts'
import { createSegment, firstOfName, openSegment, type Segment, syncFolder } from './segment.ts'

const Meta = z.object({ id: z.string().min(8).max(64), connectorId: z.string().nullable() })
export type JournalMeta = z.infer<typeof Meta>
const Acknowledged = z.object({ journal: z.string(), through: z.number().int().nonnegative() })

export type StoredJournal = {
  meta: JournalMeta
  segments: Segment[]
  through: number
  /** Events found behind damaged bytes, as JSON; they are carried into a new journal. */
  salvaged: string[]
}

export const newJournalId = () => randomBytes(12).toString('hex')

export const writeMeta = (folder: string, meta: JournalMeta) =>
  writePrivateFile(join(folder, 'meta.json'), JSON.stringify(meta))

export const writeAcknowledged = (folder: string, journal: string, through: number) =>
  writePrivateFile(join(folder, 'acknowledged.json'), JSON.stringify({ journal, through }))

const segmentFirsts = async (folder: string) =>
  (await readdir(folder))
    .map(firstOfName)
    .filter((first) => first !== null)
    .sort((a, b) => a - b)

/** Reads what an earlier process left. A torn tail is cut off: it was never promised to anybody. */
export async function loadJournal(folder: string): Promise<StoredJournal> {
  await makePrivateFolder(folder)
  const firsts = await segmentFirsts(folder)
  const meta = await readJsonFile(join(folder, 'meta.json'), Meta)
  const acknowledged = await readJsonFile(join(folder, 'acknowledged.json'), Acknowledged).catch(() => null)
  if (!meta) return startAgain(folder, null, await readAll(folder, firsts), firsts.length > 0)

  const through = acknowledged?.journal === meta.id ? acknowledged.through : 0
  const segments: Segment[] = []
  let damaged = false
  for (const first of firsts) {
    const { segment, stranded } = await openSegment(folder, first)
    const expected = segments.at(-1)
    if (stranded.length > 0 || (expected && expected.first + expected.offsets.length !== first)) damaged = true
    segments.push(segment)
  }
  const newest = segments.at(-1)
  const beyond = newest !== undefined && through >= newest.first + newest.offsets.length
  if (damaged || beyond) {
    const left = (await readAll(folder, firsts)).filter((json) => damaged || positionOf(json) > through)
    return startAgain(folder, meta.connectorId, left, true)
  }
  if (!newest) segments.push(await createSegment(folder, through + 1))
  return { meta, segments, through: Math.max(through, (segments[0]?.first ?? 1) - 1), salvaged: [] }
}

const positionOf = (json: string): number => z.object({ n: z.number() }).parse(JSON.parse(json)).n

/** Every sound record there is, damaged neighbours or not. */
async function readAll(folder: string, firsts: number[]): Promise<string[]> {
  const all: string[] = []
  for (const first of firsts) {
    const { segment, stranded } = await openSegment(folder, first)
    const content = await readFile(segment.path)
    for (const [index, start] of segment.offsets.entries()) {
      all.push(content.toString('utf8', start + 9, (segment.offsets[index + 1] ?? segment.bytes) - 1))
    }
    all.push(...stranded)
  }
  return all
}

/**
 * A journal under a new id. The old files are set aside, never deleted: a number may be used only once under one
 * id, and after damage nobody knows which ones were.
 */
export async function startAgain(
  folder: string,
  connectorId: string | null,
  salvaged: string[],
  keepOld: boolean,
): Promise<StoredJournal> {
  if (keepOld) {
    const aside = join(folder, `set-aside-${new Date().toISOString().replaceAll(':', '')}`)
    await mkdir(aside, { mode: 0o700 })
    for (const name of await readdir(folder)) {
      if (firstOfName(name) !== null) await rename(join(folder, name), join(aside, name))
    }
  }
  await rm(join(folder, 'acknowledged.json'), { force: true })
  const meta = { id: newJournalId(), connectorId }
  await writeMeta(folder, meta)
  const segment = await createSegment(folder, 1)
  await syncFolder(folder)
  return { meta, segments: [segment], through: 0, salvaged }
}
