import { z } from 'zod'
import { Id, PageQuery, Timestamp } from '../../platform/contract.ts'
import { healthCauses, healthStates } from '../health/contract.ts'
import { CommandGroup } from './link/commands/contract.ts'
import { DiagnosticStep } from './link/diagnosis/contract.ts'

/**
 * created: never connected. online: its socket lives. offline: it fell silent. paused: we refuse it until resumed.
 */
export const connectorStates = ['created', 'online', 'offline', 'paused'] as const

export const Connector = z.object({
  id: Id('con'),
  name: z.string(),
  runtime: z.literal('openclaw'),
  state: z.enum(connectorStates),
  /** The gateway behind the connector; null while nothing is known of it. */
  gateway: z.object({
    connected: z.boolean(),
    version: z.string().nullable(),
    bootId: z.string().nullable(),
    detail: z.string().nullable(),
  }),
  version: z.string().nullable(),
  platform: z.string().nullable(),
  groups: z.array(CommandGroup),
  agents: z.number().int(),
  /** Offline whenever it is not online; why, the most telling first. */
  health: z.enum(healthStates),
  healthCauses: z.array(z.enum(healthCauses)),
  healthSince: Timestamp.nullable(),
  isFlapping: z.boolean(),
  /** How far the connector's clock is from ours; positive when it is ahead. */
  clockSkewMs: z.number().int().nullable(),
  tokenHint: z.string(),
  createdAt: Timestamp,
  connectedAt: Timestamp.nullable(),
  lastSeenAt: Timestamp.nullable(),
})
export type Connector = z.infer<typeof Connector>

const Name = z.string().trim().min(1).max(120)
export const CreateConnector = z.strictObject({ name: Name })
export const RenameConnector = z.strictObject({ name: Name })

/** The token is answered once and never again; `command` is what to paste on the gateway's machine. */
export const CreatedConnector = z.object({ connector: Connector, token: z.string(), command: z.string() })
export type CreatedConnector = z.infer<typeof CreatedConnector>

export const ListConnectors = PageQuery

/** Answered once the connector has done it; 503 `unavailable` when it is not online or does not answer in time. */
export const Diagnostics = z.object({ ranAt: Timestamp, steps: z.array(DiagnosticStep) })
export type Diagnostics = z.infer<typeof Diagnostics>

/** Whether a question reaches the gateway and comes back; what stands in its way is an answer too. */
export const ConnectorTest = z.object({
  ok: z.boolean(),
  /** Null when it is ok. */
  cause: z
    .enum(['never_connected', 'offline', 'paused', 'no_answer', 'gateway_unreachable', 'gateway_refused'])
    .nullable(),
  /** How long the gateway took to answer its connector. */
  latencyMs: z.number().nullable(),
  ranAt: Timestamp,
  /** What was tried at the gateway. */
  steps: z.array(DiagnosticStep),
})
export type ConnectorTest = z.infer<typeof ConnectorTest>
