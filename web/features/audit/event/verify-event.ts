import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { fromBase64, toBase64 } from '../../../../tlog/base64.ts'
import { type Checkpoint, parseCheckpoint } from '../../../../tlog/checkpoint.ts'
import { leafHash } from '../../../../tlog/hash.ts'
import { verifyConsistency, verifyInclusion } from '../../../../tlog/merkle.ts'
import { hex, type Note, type NoteKey, parseNote, verifyNote } from '../../../../tlog/note.ts'
import { type ProofFile, parseProofFile } from '../../../../tlog/proof-file.ts'
import { cosignersOf } from '../../../../tlog/witness/cosignature.ts'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'

/** In the order in which one rests on the other. */
export const stepNames = ['shown', 'payload', 'leaf', 'root', 'size', 'signature', 'witnesses', 'history'] as const
export type StepName = (typeof stepNames)[number]
/** `unknown`: there was nothing to check, and `because` says why. */
export type Step = {
  name: StepName
  outcome: 'good' | 'bad' | 'unknown'
  because?: 'erased' | 'unseen' | 'unsupported'
  /** What the step's sentence speaks of. */
  values: Record<string, string | number>
}

/** What opens a leaf, as the evidence file carries it. */
const Opened = z.object({ leaf: z.string(), payload: z.string().nullable(), salt: z.string().nullable() })
const Leaf = z.object({
  seq: z.number(),
  id: z.string(),
  type: z.string(),
  at: z.number(),
  ts: z.number(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  agent: z.string().nullable(),
  connector: z.string().nullable(),
  target: z.string().nullable(),
  risk: z.string(),
  trace: z.string().nullable(),
  pl: z.object({ commit: z.string() }),
})
const utf8 = new TextEncoder()

export type Given = {
  /** As the page shows it. */
  entry: AuditEntry
  /** The tlog-proof file. */
  evidence: string
  /** Keys that this browser has seen the log use, or, the first time, those that the server names. */
  keys: NoteKey[]
  canCheckSignatures: boolean
  /** What this browser has verified of the log before, and the proof that it is the beginning of this one. */
  seen: { size: number; root: Uint8Array; proof: Uint8Array[] | null } | null
  /** How many of whom a person insists on; null where nobody does. */
  witnesses: { witnesses: NoteKey[]; quorum: number } | null
}

export type Verdict = { isProven: boolean; steps: Step[]; checkpoint: Checkpoint }

const parsed = <S extends z.ZodType>(schema: S, text: string | null): z.infer<S> | null => {
  try {
    return schema.safeParse(JSON.parse(text ?? 'null')).data ?? null
  } catch {
    return null
  }
}

/**
 * Proves, from bytes alone, that the event on the page stands in the log that was signed: nothing that the server
 * concludes is taken over. Null when the evidence is no proof file, so that nothing can be checked at all.
 */
export const verifyEvent = async (given: Given): Promise<Verdict | null> => {
  const file = parseProofFile(given.evidence)
  const note = file && parseNote(file.checkpoint)
  const checkpoint = note && parseCheckpoint(note.text)
  const opened = file?.extra ? parsed(Opened, new TextDecoder().decode(file.extra)) : null
  if (!file || !note || !checkpoint || !opened) return null
  const steps = [
    shownStep(given.entry, opened),
    payloadStep(given.entry, opened),
    leafStep(given.entry, opened.leaf),
    rootStep(opened.leaf, file, checkpoint),
    sizeStep(given.entry, file, checkpoint),
    await signatureStep(given, note, checkpoint),
    ...(await witnessSteps(given, note)),
    historyStep(given.seen, checkpoint),
  ]
  const isProven = steps.every(
    ({ outcome, because }) => outcome === 'good' || (outcome === 'unknown' && because !== 'unsupported'),
  )
  return { isProven, steps, checkpoint }
}

const step = (name: StepName, isGood: boolean, values: Step['values'] = {}): Step => ({
  name,
  outcome: isGood ? 'good' : 'bad',
  values,
})

/** The leaf speaks of the event that the page shows. */
const shownStep = (entry: AuditEntry, opened: z.infer<typeof Opened>) => {
  const leaf = parsed(Leaf, opened.leaf)
  const isSame =
    leaf !== null &&
    leaf.seq === entry.seq &&
    leaf.id === entry.id &&
    leaf.type === entry.type &&
    leaf.at === Date.parse(entry.at) &&
    leaf.ts === Date.parse(entry.recordedAt) &&
    leaf.actor.kind === entry.actor.kind &&
    leaf.actor.id === entry.actor.id &&
    leaf.agent === entry.agentId &&
    leaf.connector === entry.connectorId &&
    leaf.target === entry.target &&
    leaf.risk === entry.risk &&
    leaf.trace === entry.traceId
  return step('shown', isSame, { seq: entry.seq })
}

/** A longer one may be another spelling of the same HMAC key. */
const saltLength = 32

/** The payload that the page shows is the one that the leaf commits to. */
const payloadStep = (entry: AuditEntry, { leaf, payload, salt }: z.infer<typeof Opened>): Step => {
  if (payload === null && entry.isErased) return { name: 'payload', outcome: 'unknown', because: 'erased', values: {} }
  const key = fromBase64(salt ?? '')
  const commit =
    key?.length === saltLength && payload !== null ? urlSafe(toBase64(hmac(sha256, key, utf8.encode(payload)))) : null
  const isCommitted = commit !== null && commit === parsed(Leaf, leaf)?.pl.commit
  return step('payload', isCommitted && canonicalize(entry.payload) === payload)
}

/** The leaf hashes to what the page shows. */
const leafStep = (entry: AuditEntry, leaf: string) => {
  const hash = hex(leafHash(utf8.encode(leaf)))
  return step('leaf', hash === entry.leafHash, { hash })
}

/** From the leaf's hash, the proof leads to the root that was signed. */
const rootStep = (leaf: string, { index, proof }: ProofFile, { size, root }: Checkpoint) =>
  step('root', verifyInclusion(proof, { index, size, leaf: leafHash(utf8.encode(leaf)), root }), {
    hashes: proof.length,
    root: toBase64(root),
  })

/** The tree is large enough to hold it, and it stands where its number says. */
const sizeStep = ({ seq }: AuditEntry, { index }: ProofFile, { size }: Checkpoint) =>
  step('size', index === seq - 1 && seq <= size, { seq, size })

/** A known key of this log signed the tree. */
const signatureStep = async (given: Given, note: Note, { origin }: Checkpoint): Promise<Step> => {
  if (!given.canCheckSignatures) return { name: 'signature', outcome: 'unknown', because: 'unsupported', values: {} }
  for (const key of given.keys) {
    const isOfLog = key.name === origin && note.signatures.some(({ keyId }) => keyId === key.keyId)
    if (isOfLog && (await verifyNote(note, key))) return step('signature', true, { key: key.keyId })
  }
  return step('signature', false)
}

/** Only where somebody insists on witnesses; a wrong signature of one of them is wrong in any case. */
const witnessSteps = async ({ canCheckSignatures, witnesses: policy }: Given, note: Note): Promise<Step[]> => {
  if (!policy || policy.witnesses.length === 0) return []
  if (!canCheckSignatures) return [{ name: 'witnesses', outcome: 'unknown', because: 'unsupported', values: {} }]
  const { cosigned, wrong } = await cosignersOf(note, policy.witnesses)
  const { quorum } = policy
  return [step('witnesses', wrong.length === 0 && cosigned.length >= quorum, { count: cosigned.length, quorum })]
}

/** The log that this browser verified before is the beginning of this one, or this one is the beginning of that. */
const historyStep = (seen: Given['seen'], checkpoint: Checkpoint): Step => {
  if (!seen) return { name: 'history', outcome: 'unknown', because: 'unseen', values: {} }
  const [older, newer] = seen.size <= checkpoint.size ? [seen, checkpoint] : [checkpoint, seen]
  const isSame = seen.proof !== null && verifyConsistency(seen.proof, older, newer)
  return step('history', isSame, { size: seen.size })
}

const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
