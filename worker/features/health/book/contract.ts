import { z } from 'zod'
import { HealthCause, healthStates } from '../contract.ts'

/** One cause as it is followed: whether it counts, and since when it looks otherwise (null while it does not). */
const Followed = z.object({ cause: HealthCause, counts: z.boolean(), turnedAt: z.number().nullable() })

/** What is remembered of one subject between two looks at it. Kept as JSON by the connector's session. */
export const HealthBook = z.object({
  state: z.enum(healthStates),
  followed: z.array(Followed),
  /** When the state changed within the window of flapping. */
  changedAt: z.array(z.number()),
  isFlapping: z.boolean(),
})
export type HealthBook = z.infer<typeof HealthBook>

/** What a connector's gateway says of itself, as its session remembers it. */
export const GatewaySigns = z.object({
  isConnected: z.boolean(),
  detail: z.string().nullable(),
  /** When it was last connected anew, and when it last told or answered anything. */
  connectedAt: z.number().nullable(),
  heardAt: z.number().nullable(),
  restartedAt: z.array(z.number()),
  /** Null while its configuration is valid, or not known. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).nullable(),
})
export type GatewaySigns = z.infer<typeof GatewaySigns>
