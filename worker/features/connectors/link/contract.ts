import { z } from 'zod'
import { Timestamp } from '../../../platform/contract.ts'
import { Command, CommandGroup, CommandResult } from './commands/contract.ts'
import { DiagnosticStep } from './diagnosis/contract.ts'
import { ConnectorEvent } from './events/contract.ts'
import { StopsFrame } from './stops/contract.ts'

/**
 * The connector's socket, `clawbutler.connector.v1`: JSON text frames, parsed on both sides. Unknown fields are
 * ignored, unknown kinds close the socket with `badFrame`.
 */
export const linkSubprotocol = 'clawbutler.connector.v1'
export const linkProtocol = 1
export const frameBytesMax = 512 * 1024
export const eventsPerFrameMax = 100
/** The connector sends `ping` this often; the answer is `pong` and wakes nothing. */
export const heartbeatIntervalMs = 8_000
/** Silence for this long and the connector is offline. */
export const silenceMaxMs = 24_000

/** Why the cloud closes the socket, so that the connector knows whether to come back, and when. */
export const closeCodes = {
  badFrame: 4400,
  unauthorized: 4401,
  paused: 4402,
  removed: 4403,
  replaced: 4409,
  protocolVersion: 4426,
  rotated: 4427,
  tryLater: 1013,
} as const

const Short = z.string().max(300)
const Text = z.string().max(4_000)
export const ConnectorHello = z.object({
  kind: z.literal('hello'),
  protocols: z.array(z.number().int()).min(1).max(20),
  version: Short,
  runtime: z.object({
    kind: z.literal('openclaw'),
    connected: z.boolean(),
    version: Short.nullable(),
    bootId: Short.nullable(),
    scopes: z.array(Short).max(50),
  }),
  groups: z.array(CommandGroup).max(20),
  journal: z.object({
    id: z.string().min(8).max(64),
    firstUnacknowledged: z.number().int().positive(),
    next: z.number().int().positive(),
  }),
  clock: Timestamp,
  platform: Short,
})
export type ConnectorHello = z.infer<typeof ConnectorHello>

/** How the gateway link is, told whenever it changes. */
export const GatewayState = z.object({
  kind: z.literal('gateway'),
  connected: z.boolean(),
  version: Short.nullable(),
  bootId: Short.nullable(),
  detail: Text.nullable(),
})

export const FrameFromConnector = z.union([
  z.discriminatedUnion('kind', [
    ConnectorHello,
    GatewayState,
    StopsFrame,
    /** A step of diagnostics that were asked for stepwise; `id` is the command's. Lost, the result has it. */
    z.object({ kind: z.literal('step'), id: z.string().max(64), step: DiagnosticStep }),
    z.object({ kind: z.literal('events'), events: z.array(ConnectorEvent).min(1).max(eventsPerFrameMax) }),
  ]),
  CommandResult,
])
export type FrameFromConnector = z.infer<typeof FrameFromConnector>

export const FrameToConnector = z.union([
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('welcome'),
      protocol: z.literal(linkProtocol),
      connectorId: z.string(),
      name: z.string(),
      clock: Timestamp,
    }),
    /** Everything up to and including journal position `through` is in the audit sequence. */
    z.object({ kind: z.literal('ack'), journal: z.string(), through: z.number().int().nonnegative() }),
  ]),
  Command,
])
export type FrameToConnector = z.infer<typeof FrameToConnector>
