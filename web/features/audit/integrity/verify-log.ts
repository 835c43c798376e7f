import { parseCheckpoint } from '../../../../tlog/checkpoint.ts'
import { ExportHead } from '../../../../tlog/export/contract.ts'
import { type Report, verifyExport } from '../../../../tlog/export/verify.ts'
import type { WitnessPolicy } from '../../../../tlog/export/witnessed.ts'
import { formatVerifierKey, type NoteKey, parseNote } from '../../../../tlog/note.ts'
import { rememberLog, seenLog } from './remembered.ts'

export type Verified = Report & {
  /** Which keys the signature was checked with: a person's own, those that this browser knows of the log, or those that the
   * export names. */
  keysFrom: 'pinned' | 'seen' | 'export'
  /** How many events the log had when this browser verified it last. */
  seenBefore: number | null
  /** How many witnesses have to have cosigned; zero where nobody asks for any. */
  quorum: number
}

const breathMs = 24

/** The lines of a stream, leaving the screen time to tell how far it is. */
const linesOf = async function* (body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let breathedAt = performance.now()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + decoder.decode(part.value, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      yield line
      if (performance.now() - breathedAt < breathMs) continue
      await new Promise((resolve) => setTimeout(resolve))
      breathedAt = performance.now()
    }
  }
  yield rest + decoder.decode()
}

/**
 * Verifies a whole export as it comes, against what this browser has verified of the log before: its keys, its size and
 * its root. A wrong signature of a given witness is a fault, and so are fewer cosignatures than the quorum asks for. A good one
 * is remembered. `pinned`: keys of the log that a person insists on, in place of those that this browser has seen. Rejects
 * only when the stream breaks.
 */
export const verifyWholeLog = async (
  body: ReadableStream<Uint8Array>,
  progress: (events: number) => void,
  witnesses: WitnessPolicy = { keys: [], quorum: 0 },
  pinned: NoteKey[] = [],
): Promise<Verified> => {
  const lines = linesOf(body)
  const first = (await lines.next()).value ?? ''
  const head = headOf(first)
  const note = parseNote(head?.checkpoint ?? '')
  const origin = note && parseCheckpoint(note.text)?.origin
  const seen = origin ? seenLog(origin) : null
  const isPinned = pinned.length > 0
  const trusted = isPinned ? pinned : (seen?.keys ?? [])
  const all = async function* () {
    yield first
    yield* lines
  }
  const report = await verifyExport(all(), {
    trusted,
    remembered: seen,
    witnesses,
    progress,
  })
  if (report.ok) remember(report, trusted)
  return {
    ...report,
    keysFrom: isPinned ? 'pinned' : trusted.length > 0 ? 'seen' : 'export',
    seenBefore: seen?.size ?? null,
    quorum: witnesses.quorum,
  }
}

/** Only keys that signed become known; those that were known before stay so. */
const remember = ({ origin, size, root, signingKeys }: Report, trusted: NoteKey[]) => {
  if (origin === null || size === null || root === null) return
  const keys = [...new Set([...signingKeys, ...trusted.map(formatVerifierKey)])]
  rememberLog(origin, { size, root, keys, at: new Date() })
}

const headOf = (line: string): ExportHead | null => {
  try {
    return ExportHead.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
