import { parseCheckpoint } from '../../tlog/checkpoint.ts'
import { ExportHead } from '../../tlog/export/contract.ts'
import { type Report, verifyExport } from '../../tlog/export/verify.ts'
import type { WitnessPolicy } from '../../tlog/export/witnessed.ts'
import { type NoteKey, parseNote } from '../../tlog/note.ts'
import { rememberLog, seenLog } from './remembered.ts'

export type Verified = Report & {
  /** Where the keys came from that the signature was checked with. */
  keysFrom: 'given' | 'seen before' | 'the export itself'
  /** How many events the log had when it was verified here last. */
  seenBefore: number | null
}

/**
 * Verifies an export with the keys that are given, or with those that this machine has seen the log use, or, the first
 * time, with those that the export names; and that it is the log that was seen before, only longer. A good one is
 * remembered.
 */
export async function verifyLog(
  env: NodeJS.ProcessEnv,
  lines: AsyncIterable<string>,
  {
    given,
    witnesses = { keys: [], quorum: 0 },
    progress,
  }: { given: NoteKey[]; witnesses?: WitnessPolicy; progress: (events: number) => void },
): Promise<Verified> {
  const reader = lines[Symbol.asyncIterator]()
  const { value: first = '' } = await reader.next()
  const origin = originOf(first)
  const seen = origin === null ? null : await seenLog(env, origin)
  const trusted = given.length > 0 ? given : (seen?.keys ?? [])
  const all = async function* () {
    yield first
    for (let next = await reader.next(); !next.done; next = await reader.next()) yield next.value
  }
  const report = await verifyExport(all(), { trusted, remembered: seen, witnesses, progress })
  if (report.ok && report.origin !== null && report.size !== null && report.root) {
    await rememberLog(env, report.origin, { keys: report.signingKeys, size: report.size, root: report.root })
  }
  const keysFrom = given.length > 0 ? 'given' : trusted.length > 0 ? 'seen before' : 'the export itself'
  return { ...report, keysFrom, seenBefore: seen?.size ?? null }
}

const headOf = (line: string): ExportHead | null => {
  try {
    return ExportHead.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

const originOf = (line: string): string | null => {
  const note = parseNote(headOf(line)?.checkpoint ?? '')
  return (note && parseCheckpoint(note.text)?.origin) ?? null
}
