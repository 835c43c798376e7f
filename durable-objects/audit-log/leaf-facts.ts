import { z } from 'zod'
import { type AuditEntry, AuditEventType, actorKinds } from '../../worker/features/audit/contract.ts'
import { Risk } from '../../worker/platform/contract.ts'
import { iso } from '../../worker/platform/time.ts'

/** A leaf as `leafOf` writes it: it says all of an event but what the payload holds. */
const LeafFacts = z.object({
  v: z.number(),
  seq: z.number().int().positive(),
  id: z.string(),
  type: AuditEventType,
  at: z.number(),
  ts: z.number(),
  actor: z.object({ kind: z.enum(actorKinds), id: z.string() }),
  agent: z.string().nullable(),
  connector: z.string().nullable(),
  target: z.string().nullable(),
  risk: Risk,
  trace: z.string().nullable(),
})
export type LeafFacts = z.infer<typeof LeafFacts>

/** Null for what is no leaf: a row that somebody changed by hand. Whoever verifies finds that, and says where. */
export const factsOf = (leaf: string): LeafFacts | null => {
  try {
    return LeafFacts.safeParse(JSON.parse(leaf)).data ?? null
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
