import { z } from 'zod'
import { fromBase64, toBase64 } from '../base64.ts'
import { parseCheckpoint } from '../checkpoint.ts'
import { Frontier } from '../frontier.ts'
import { sameHash, textLeafHash } from '../hash.ts'
import { formatVerifierKey, hex, type Note, type NoteKey, parseNote, parseVerifierKey, verifyNote } from '../note.ts'
import { hmacOfText } from '../sha256.ts'
import { withSuccessors } from '../succession.ts'
import { ExportedEvent, ExportHead } from './contract.ts'
import { type HeadPoint, pointOf, pointsOf, type Witnessed, type WitnessPolicy, witnessedOf } from './witnessed.ts'

/** What can be wrong with an export; each names what it found. */
export const faultKinds = [
  'format',
  'checkpoint',
  'signature',
  'key',
  'gap',
  'leaf',
  'hash',
  'commitment',
  'size',
  'root',
  'shrunk',
  'fork',
  'witness',
] as const
export interface Fault {
  kind: (typeof faultKinds)[number]
  /** Null when it is not about one event. */
  seq: number | null
  detail: string
}

export interface Report {
  ok: boolean
  /** The first faults, at most 100. */
  faults: Fault[]
  origin: string | null
  /** As the checkpoint says. */
  size: number | null
  root: Uint8Array | null
  events: number
  /** Events whose payload has been erased: their leaf is proven, what they said is gone. */
  erased: number
  /** Which keys signed, as `<name>+<key id>`. */
  signedBy: string[]
  /** The verifier keys of those that signed: what to know the log by from now on. */
  signingKeys: string[]
  /** How far the log is witnessed, by the witnesses that were given; null when none were. */
  witnessed: Witnessed | null
}

/** What somebody saw of the same log before. */
export interface Remembered {
  size: number
  root: Uint8Array
}

const faultsMax = 100
const Leaf = z.object({ seq: z.number(), pl: z.object({ alg: z.literal('HMAC-SHA-256'), commit: z.string() }) })
/** Any other length would be another spelling of some salt, or no HMAC key of ours. */
const saltLength = 32

/**
 * Verifies an export line by line, in constant memory, trusting nothing in it: signatures by `trusted` keys and those that they
 * vouch for (by the keys that the file itself names when none are given, and then the caller has to say so), the tree over every leaf, each
 * number, each commitment; against `remembered`, that it is the same log, only longer; and that as many of the given
 * `witnesses` as their policy asks for have cosigned it. `progress` is told the number of
 * events now and then.
 */
export const verifyExport = async (
  lines: AsyncIterable<string>,
  {
    trusted,
    remembered = null,
    witnesses = { keys: [], quorum: 0 },
    progress,
  }: {
    trusted: NoteKey[]
    remembered?: Remembered | null
    witnesses?: WitnessPolicy
    progress?: (events: number) => void
  },
): Promise<Report> => {
  const faults: Fault[] = []
  const fault = (kind: Fault['kind'], seq: number | null, detail: string) => {
    if (faults.length < faultsMax) faults.push({ kind, seq, detail })
  }
  const tree = new Frontier()
  const report: Report = {
    ok: false,
    faults,
    origin: null,
    size: null,
    root: null,
    events: 0,
    erased: 0,
    signedBy: [],
    signingKeys: [],
    witnessed: null,
  }
  let head: ExportHead | null = null
  let witnessed: HeadPoint | null = null
  for await (const line of lines) {
    if (line === '') continue
    if (!head) {
      head = parsed(ExportHead, line)
      if (!head) break
      witnessed = pointOf(head.witnessed)
      continue
    }
    const event = parsed(ExportedEvent, line)
    report.events += 1
    const hash = textLeafHash(event?.leaf ?? '')
    if (!event) fault('format', report.events, 'the line is no event')
    else {
      checkEvent(event, hash, report.events, fault)
      if (event.payload === null) report.erased += 1
    }
    tree.push(hash)
    if (tree.size === remembered?.size && !sameHash(tree.root(), remembered.root))
      fault('fork', tree.size, 'the log is not the one that was seen before: its past has been rewritten')
    if (tree.size === witnessed?.size && !sameHash(tree.root(), witnessed.root))
      fault('witness', tree.size, 'what the witnesses have cosigned is not what the file has')
    if (report.events % 1_000 === 0) progress?.(report.events)
  }
  progress?.(report.events)
  if (!head) fault('format', null, 'the first line is no head of an export')
  else if (remembered && tree.size < remembered.size)
    fault('shrunk', null, `the log was seen with ${remembered.size} events before, now it has ${tree.size}`)
  if (head) await checkHead(head, tree, trusted, report, fault)
  if (head) await checkWitnesses(head, witnesses, report, fault)
  return { ...report, ok: faults.length === 0 }
}

type Tell = (kind: Fault['kind'], seq: number | null, detail: string) => void

const checkEvent = (event: ExportedEvent, hash: Uint8Array, expected: number, fault: Tell): void => {
  if (event.seq !== expected) fault('gap', expected, `event ${event.seq} stands where ${expected} should`)
  const leaf = parsed(Leaf, event.leaf)
  if (!leaf) fault('leaf', expected, 'the leaf is not one of this log')
  else if (leaf.seq !== expected) fault('leaf', expected, `the leaf says that it is event ${leaf.seq}`)
  if (hex(hash) !== event.hash) fault('hash', expected, 'the leaf is not what the log has hashed')
  if (event.payload === null || !leaf) return
  const salt = fromBase64(event.salt ?? '')
  const commit = salt?.length === saltLength ? toBase64(hmacOfText(salt, event.payload)) : null
  if (commit === null || urlSafe(commit) !== leaf.pl.commit)
    fault('commitment', expected, 'the payload is not what the leaf commits to')
}

const checkHead = async (
  head: ExportHead,
  tree: Frontier,
  trusted: NoteKey[],
  report: Report,
  fault: Tell,
): Promise<void> => {
  const note = parseNote(head.checkpoint)
  const checkpoint = note && parseCheckpoint(note.text)
  if (!note || !checkpoint) return fault('checkpoint', null, 'the checkpoint is none')
  report.origin = checkpoint.origin
  report.size = checkpoint.size
  report.root = checkpoint.root
  const keys =
    trusted.length > 0
      ? await withSuccessors(trusted, head.successions ?? [])
      : head.keys.flatMap((key) => parseVerifierKey(key) ?? [])
  const signers = await signersOf(note, keys, checkpoint.origin, fault)
  report.signedBy = signers.map(({ name, keyId }) => `${name}+${keyId}`)
  report.signingKeys = signers.map(formatVerifierKey)
  if (report.signedBy.length === 0)
    fault(trusted.length > 0 ? 'key' : 'signature', null, 'no known key has signed the checkpoint')
  if (tree.size !== checkpoint.size)
    fault('size', null, `the checkpoint covers ${checkpoint.size} events, the file has ${tree.size}`)
  else if (!sameHash(tree.root(), checkpoint.root))
    fault('root', null, 'the events do not make the tree that was signed')
}

/** What is cosigned counts only as far as the file has it: a smaller tree is held against it on the way. */
const checkWitnesses = async (head: ExportHead, policy: WitnessPolicy, report: Report, fault: Tell): Promise<void> => {
  const points = pointsOf(head).filter(({ origin, size }) => origin === report.origin && size <= report.events)
  const { witnessed, isEnough, wrong } = await witnessedOf(points, policy)
  report.witnessed = witnessed
  for (const witness of wrong) fault('witness', null, `the signature of ${witness} is wrong`)
  if (!isEnough)
    fault('witness', null, `${witnessed?.by.length ?? 0} of ${policy.quorum} witnesses have cosigned the checkpoint`)
}

const signersOf = async (note: Note, keys: NoteKey[], origin: string, fault: Tell): Promise<NoteKey[]> => {
  const signed: NoteKey[] = []
  for (const key of keys) {
    const isOnNote = note.signatures.some(({ name, keyId }) => name === key.name && keyId === key.keyId)
    if (!isOnNote) continue
    if (key.name === origin && (await verifyNote(note, key))) signed.push(key)
    else fault('signature', null, `the signature of ${key.name}+${key.keyId} is wrong`)
  }
  return signed
}

const parsed = <T extends z.ZodType>(schema: T, line: string): z.infer<T> | null => {
  try {
    return schema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
