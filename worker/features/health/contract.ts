import { z } from 'zod'
import { Id, Page, PageQuery, Timestamp } from '../../platform/contract.ts'

/** healthy: nothing speaks against it. degraded: it works, and something is wrong, named. offline: nobody can reach it. */
export const healthStates = ['healthy', 'degraded', 'offline'] as const
export type HealthState = (typeof healthStates)[number]

const WindowMinutes = z.number().int().positive()

/** Why something is not healthy, with the figures by which that was seen. Thresholds stand in `thresholds.ts`. */
export const HealthCause = z.discriminatedUnion('cause', [
  /** Too many runs of the window failed; aborted ones count neither way. */
  z.object({
    cause: z.literal('errors'),
    failed: z.number().int(),
    runs: z.number().int(),
    windowMinutes: WindowMinutes,
  }),
  /** The median run of the window takes much longer than the agent's own earlier ones. */
  z.object({
    cause: z.literal('slow'),
    medianMs: z.number().int(),
    usualMs: z.number().int(),
    runs: z.number().int(),
    windowMinutes: WindowMinutes,
  }),
  /** Scheduled jobs of the agent fail again and again. */
  z.object({
    cause: z.literal('failing_cron'),
    jobs: z.array(z.object({ name: z.string(), failures: z.number().int() })),
  }),
  /** Budgets that cover the agent are at or over their warning in their present periods. Money is micro-USD. */
  z.object({
    cause: z.literal('budget'),
    budgets: z.array(
      z.object({
        id: Id('bud'),
        name: z.string(),
        spentMicroUsd: z.number().int(),
        allowedMicroUsd: z.number().int(),
      }),
    ),
  }),
  /** The gateway is connected and has not said or answered anything since. */
  z.object({ cause: z.literal('stale'), heardAt: Timestamp.nullable() }),
  /** The gateway says that its configuration is not valid. */
  z.object({
    cause: z.literal('config_invalid'),
    issues: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
  z.object({ cause: z.literal('restart_loop'), restarts: z.number().int(), windowMinutes: WindowMinutes }),
  /** The connector is connected, its gateway is not. */
  z.object({ cause: z.literal('gateway_away'), detail: z.string().nullable() }),
  z.object({ cause: z.literal('connector_offline'), lastSeenAt: Timestamp.nullable() }),
  z.object({ cause: z.literal('connector_paused') }),
  z.object({ cause: z.literal('never_connected') }),
  /** It is not in the gateway's roster any more, or its connector was removed. */
  z.object({ cause: z.literal('removed') }),
])
export type HealthCause = z.infer<typeof HealthCause>

export const healthCauses = [
  'errors',
  'slow',
  'failing_cron',
  'budget',
  'stale',
  'config_invalid',
  'restart_loop',
  'gateway_away',
  'connector_offline',
  'connector_paused',
  'never_connected',
  'removed',
] as const satisfies readonly HealthCause['cause'][]
export type HealthCauseName = HealthCause['cause']

/** One moment at which health became another. */
export const HealthChange = z.object({
  at: Timestamp,
  state: z.enum(healthStates),
  causes: z.array(HealthCause),
  /** It changes so often that single changes are not told any more. */
  isFlapping: z.boolean(),
  /** Whose health changed: the agent's own, or that of the connector on which it depends. */
  of: z.enum(['agent', 'connector']),
})
export type HealthChange = z.infer<typeof HealthChange>

/** What the connector's session counted. Null where there was too little to say. */
export const RunFigures = z.object({
  windowMinutes: WindowMinutes,
  runs: z.number().int(),
  failed: z.number().int(),
  medianMs: z.number().int().nullable(),
  /** Of the agent's own earlier runs. */
  usualMs: z.number().int().nullable(),
})
export type RunFigures = z.infer<typeof RunFigures>

const Standing = z.object({
  state: z.enum(healthStates),
  causes: z.array(HealthCause),
  /** Since when the state is what it is; null when it never was another. */
  since: Timestamp.nullable(),
  isFlapping: z.boolean(),
  /** The newest first. */
  history: Page(HealthChange),
})
export const AgentHealth = Standing.extend({ figures: RunFigures.nullable() })
export type AgentHealth = z.infer<typeof AgentHealth>
export const ConnectorHealth = Standing
export type ConnectorHealth = z.infer<typeof ConnectorHealth>

/** Pages of the history; `from` leaves out what is older, but for the change that was in force then. */
export const HealthQuery = PageQuery.extend({ from: Timestamp.optional() })
export type HealthQuery = z.infer<typeof HealthQuery>

/** How many active agents are how well, why, and those that need a look first. */
export const HealthAtAGlance = z.object({
  healthy: z.number().int(),
  degraded: z.number().int(),
  offline: z.number().int(),
  /** How many agents each cause touches, the most frequent first. */
  causes: z.array(z.object({ cause: z.enum(healthCauses), agents: z.number().int() })),
  /** Degraded ones, the newest trouble first: agents of an offline connector are told by it. */
  degradedAgents: z
    .array(
      z.object({
        id: Id('agt'),
        name: z.string(),
        causes: z.array(z.enum(healthCauses)),
        since: Timestamp.nullable(),
        isFlapping: z.boolean(),
      }),
    )
    .max(5),
})
export type HealthAtAGlance = z.infer<typeof HealthAtAGlance>
