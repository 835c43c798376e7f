import { z } from 'zod'
import { Risk, Timestamp } from '../../../platform/contract.ts'
import { TracedEntry } from '../contract.ts'

export const spanKinds = ['run', 'tool', 'approval', 'event'] as const

/** A stretch of a trace: a run of an agent, a call of a tool, an approval; or a single event that belongs to none. */
export const Span = z.object({
  /** 16 hex digits, W3C trace context; the same for the same thing in every answer. */
  id: z.string(),
  parentId: z.string().nullable(),
  kind: z.enum(spanKinds),
  /** The agent, the tool's title, the command, or the event's type. */
  name: z.string(),
  agentId: z.string().nullable(),
  connectorId: z.string().nullable(),
  startedAt: Timestamp,
  /** Null: nobody has told its end. */
  endedAt: Timestamp.nullable(),
  durationMs: z.number().int().nonnegative().nullable(),
  outcome: z.string().nullable(),
  risk: Risk,
  /** Of itself, micro-USD; null where nobody told. */
  costMicroUsd: z.number().int().nullable(),
  /** Its events, by sequence number. */
  events: z.array(z.number().int()),
})
export type Span = z.infer<typeof Span>

export const Trace = z.object({
  traceId: z.string(),
  startedAt: Timestamp,
  endedAt: Timestamp,
  durationMs: z.number().int().nonnegative(),
  costMicroUsd: z.number().int().nullable(),
  agents: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Parents before their children, in the order in which they began. */
  spans: z.array(Span),
  events: z.array(TracedEntry),
  /** True when the trace is longer than what is told here. */
  isCut: z.boolean(),
})
export type Trace = z.infer<typeof Trace>
