import { z } from 'zod'
import { hex } from '../../../tlog/note.ts'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { AuditEventType, actorKinds } from '../../../worker/features/audit/contract.ts'
import { Risk } from '../../../worker/platform/contract.ts'
import { iso } from '../../../worker/platform/time.ts'
import type { ProvenEvent } from '../rpc.ts'
import type { TileRead } from './archive.ts'

/** A leaf as `leafOf` writes it: it says all of an event but what the payload holds. */
export const LeafFacts = z.object({
  v: z.literal(1),
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

/** An archived event as its readers see it. */
export const entryOfLeaf = ({ leaves, openings, hashes }: TileRead, at: number): AuditEntry => {
  const facts = LeafFacts.parse(JSON.parse(leaves[at] ?? ''))
  const payload = openings[at]?.payload ?? null
  return {
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
    payload: z.record(z.string(), z.unknown()).parse(JSON.parse(payload ?? '{}')),
    ...(payload === null && { isErased: true }),
    leafHash: hex(hashes.subarray(32 * at, 32 * at + 32)),
  }
}

/** The events of a tile with what proves them, as the bucket has them. */
export const provenOf = ({ leaves, openings, hashes }: TileRead, first: number): ProvenEvent[] =>
  leaves.map((leaf, at) => ({
    seq: first + at,
    leaf,
    hash: hex(hashes.subarray(32 * at, 32 * at + 32)),
    payload: openings[at]?.payload ?? null,
    salt: openings[at]?.salt ?? null,
  }))
