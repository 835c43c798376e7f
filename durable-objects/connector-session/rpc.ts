import type { z } from 'zod'
import type { Command, DiagnosticStep } from '../../worker/features/connectors/link/contract.ts'

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** A durable command: kept until the connector has answered it or its deadline has passed. */
export type QueuedCommand = DistributiveOmit<
  Extract<z.infer<typeof Command>, { command: 'approval.resolve' | 'grant.revoke' }>,
  'kind'
>

/** One connector's live session. */
export interface ConnectorSessionRpc {
  /**
   * Keeps the command and sends it as soon as there is a socket. The same id twice is one command. When it resolves,
   * the command is durable.
   */
  enqueue(command: QueuedCommand): Promise<void>
  /** Closes the socket, if there is one, and says why. */
  hangUp(cause: 'paused' | 'removed' | 'rotated'): Promise<void>
  /** Asks for a fresh roster and list of pending approvals; false without a live socket. */
  sync(): Promise<boolean>
  /** Lets the connector check itself; null when there is no live socket or no answer within 45 s. */
  diagnose(): Promise<z.infer<typeof DiagnosticStep>[] | null>
}
