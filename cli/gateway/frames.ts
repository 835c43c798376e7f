import { z } from 'zod'
import { runRef } from './keys.ts'

/** What OpenClaw's gateway may say to us, protocol 4. Unknown fields are ignored: the gateway adds some in each release. */
export const GatewayError = z.object({
  code: z.string(),
  message: z.string(),
  details: z
    .object({
      code: z.string().optional(),
      reason: z.string().optional(),
      type: z.string().optional(),
      /** Where and why a configuration is not valid. */
      issues: z
        .array(z.object({ path: z.string().catch(''), message: z.string().catch('') }))
        .optional()
        .catch(undefined),
      canRetryWithDeviceToken: z.boolean().optional(),
    })
    .optional()
    .catch(undefined),
  retryable: z.boolean().optional(),
  retryAfterMs: z.number().optional(),
})
export type GatewayError = z.infer<typeof GatewayError>

export const EventFrame = z.object({
  type: z.literal('event'),
  event: z.string().max(200),
  payload: z.unknown().optional(),
})
export const GatewayFrame = z.discriminatedUnion('type', [
  EventFrame,
  z.object({
    type: z.literal('res'),
    id: z.string(),
    ok: z.boolean(),
    payload: z.unknown().optional(),
    error: GatewayError.optional(),
  }),
])

export type GatewayFrame = z.infer<typeof GatewayFrame>

export const Challenge = z.object({ nonce: z.string().min(1).max(1_000), ts: z.number() })
export type Challenge = z.infer<typeof Challenge>

export const Hello = z.object({
  type: z.literal('hello-ok'),
  protocol: z.number(),
  server: z.object({ version: z.string().max(300), bootId: z.string().max(300), connId: z.string().max(200) }),
  auth: z.object({
    method: z.string().optional(),
    scopes: z.array(z.string()).catch([]),
    deviceToken: z.string().optional(),
  }),
  policy: z.object({ tickIntervalMs: z.number().int().min(1_000).max(600_000).catch(30_000) }),
})
export type Hello = z.infer<typeof Hello>

/** The bound on one frame. A gateway's largest honest answer to us is its configuration. */
export const gatewayFrameBytesMax = 16 * 1024 * 1024

const AgentRow = z.object({
  id: z.string().min(1).max(200),
  name: z.string().optional(),
  workspace: z.string().optional(),
  model: z
    .union([z.string(), z.object({ primary: z.string().optional() })])
    .optional()
    .catch(undefined),
})
export const AgentsList = z.object({ defaultId: z.string().nullish(), agents: z.array(AgentRow) })

const ToolsPolicy = z.object({ profile: z.string().optional() }).optional().catch(undefined)
export const ConfigView = z.object({
  hash: z.string().optional(),
  sourceConfig: z.record(z.string(), z.unknown()).optional(),
  config: z
    .object({
      tools: ToolsPolicy,
      agents: z
        .object({
          entries: z
            .record(z.string(), z.object({ tools: ToolsPolicy }))
            .optional()
            .catch(undefined),
        })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
})

/** A row of the gateway's own activity ledger. Rows of kinds that we do not report are kept as unknown. */
export const LedgerRow = z.object({
  sequence: z.number().int().nonnegative(),
  occurredAt: z.number(),
  kind: z.string(),
  action: z.string(),
  status: z.string(),
  agentId: z.string().optional(),
  sessionKey: z.string().optional(),
  runId: z.string().transform(runRef).optional(),
  toolCallId: z.string().optional(),
  toolName: z.string().optional(),
  errorCode: z.string().optional(),
})
export type LedgerRow = z.infer<typeof LedgerRow>
export const LedgerPage = z.object({ events: z.array(LedgerRow), nextCursor: z.string().optional() })

/** Terminal approvals, newest first. */
export const ApprovalHistory = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      decision: z.string().nullish(),
      resolvedAtMs: z.number().nullish(),
      presentation: z.object({ kind: z.string() }),
      resolver: z.object({ id: z.string().nullish() }).nullish(),
    }),
  ),
})
