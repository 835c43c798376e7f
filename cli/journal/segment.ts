import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeRecord, scanRecords } from './records.ts'

/** One file of the journal: events `first`, `first + 1` … in order. Only the newest segment is written to. */
export type Segment = {
  path: string
  first: number
  /** Where each durable record begins. */
  offsets: number[]
  /** The durable bytes; anything behind them was never promised to anybody. */
  bytes: number
}

export const segmentName = (first: number) => `${String(first).padStart(16, '0')}.log`
export const firstOfName = (name: string): number | null => {
  const match = /^(\d{16})\.log$/.exec(name)
  return match ? Number(match[1]) : null
}

export const lastOf = (segment: Segment) => segment.first + segment.offsets.length - 1

/** A segment as it lies on disk, and sound records behind damaged bytes, which a torn write never leaves. */
export async function openSegment(folder: string, first: number): Promise<{ segment: Segment; stranded: string[] }> {
  const path = join(folder, segmentName(first))
  const { offsets, soundBytes, stranded } = scanRecords(await readFile(path))
  return { segment: { path, first, offsets, bytes: soundBytes }, stranded }
}

export async function createSegment(folder: string, first: number): Promise<Segment> {
  const path = join(folder, segmentName(first))
  // An empty one may be left from an attempt that the disk refused half-way.
  const file = await open(path, 'a', 0o600)
  await file.close()
  await syncFolder(folder)
  return { path, first, offsets: [], bytes: 0 }
}

/** The file of a segment, cut back to its durable bytes and ready to append. */
export async function openForAppend(segment: Segment): Promise<FileHandle> {
  const file = await open(segment.path, 'r+')
  try {
    await file.truncate(segment.bytes)
    await file.sync()
    return file
  } catch (error) {
    await file.close().catch(() => undefined)
    throw error
  }
}

/** Appends records as one write and one flush. The events are durable when this returns, and only then. */
export async function appendRecords(segment: Segment, file: FileHandle, records: Buffer[]): Promise<void> {
  const content = Buffer.concat(records)
  let written = 0
  while (written < content.length) {
    const { bytesWritten } = await file.write(content, written, content.length - written, segment.bytes + written)
    written += bytesWritten
  }
  await file.datasync()
  for (const record of records) {
    segment.offsets.push(segment.bytes)
    segment.bytes += record.length
  }
}

/** The JSON of records `from` to `to`; null stands for one that can no longer be read. */
export async function readRecords(segment: Segment, from: number, to: number): Promise<(string | null)[]> {
  const start = segment.offsets[from - segment.first] ?? segment.bytes
  const end = segment.offsets[to - segment.first + 1] ?? segment.bytes
  const file = await open(segment.path, 'r')
  try {
    const content = Buffer.alloc(end - start)
    await file.read(content, 0, content.length, start)
    return Array.from({ length: to - from + 1 }, (_, index) => {
      const begin = (segment.offsets[from - segment.first + index] ?? segment.bytes) - start
      const finish = (segment.offsets[from - segment.first + index + 1] ?? segment.bytes) - start
      return decodeRecord(content.subarray(begin, finish - 1))
    })
  } finally {
    await file.close()
  }
}

/** Makes the creation and deletion of files in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
