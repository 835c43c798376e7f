import { z } from 'zod'
import { type AuditEntry, AuditEventType, actorKinds } from '../../worker/features/audit/contract.ts'
import { Risk } from '../../worker/platform/contract.ts'
import { iso } from '../../worker/platform/time.ts'
import { fits } from '../support/fits.ts'

/** A leaf as `leafOf` writes it, to the order of its names: it says all of an event but what the payload holds. */
const LeafFacts = z.object({
  actor: z.object({ id: z.string(), kind: z.enum(actorKinds) }),
  agent: z.string().nullable(),
  at: z.number(),
  connector: z.string().nullable(),
  id: z.string(),
  pl: z.object({ alg: z.string(), commit: z.string() }),
  risk: Risk,
  seq: z.number().int().positive(),
  target: z.string().nullable(),
  trace: z.string().nullable(),
  ts: z.number(),
  type: AuditEventType,
  v: z.number(),
})
export type LeafFacts = z.infer<typeof LeafFacts>
/** Each leaf is read for the index, and for each page that it is on: parsed, it would only be copied. */
const isLeaf = fits(LeafFacts)

/** Null for what is no leaf: a row that somebody changed by hand. Whoever verifies finds that, and says where. */
export const factsOf = (leaf: string): LeafFacts | null => {
  try {
    const json: unknown = JSON.parse(leaf)
    return isLeaf(json) ? json : (LeafFacts.safeParse(json).data ?? null)
  } catch {
    return null
  }
}

const Payload = z.record(z.string(), z.unknown())

/** An event as its readers see it; `payload` is null when it has been erased, the hash is hex. */
export const entryOf = (facts: LeafFacts, payload: string | null, leafHash: string): AuditEntry => ({
  seq: facts.seq,
  id: facts.id,
  type: facts.type,
  at: iso(facts.at),
  recordedAt: iso(facts.ts),
  actor: facts.actor,
  agentId: facts.agent,
  connectorId: facts.connector,
  target: facts.target,
  risk: facts.risk,
  traceId: facts.trace,
  payload: Payload.parse(JSON.parse(payload ?? '{}')),
  ...(payload === null && { isErased: true }),
  leafHash,
})
