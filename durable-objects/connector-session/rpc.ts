import type { z } from 'zod'
import type { Command, CommandFailure, CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import type { DiagnosticStep } from '../../worker/features/connectors/link/diagnosis/contract.ts'
import type {
  AnswerTo,
  GatewayQuestion,
  QuestionName,
} from '../../worker/features/connectors/link/questions/contract.ts'
import type { HealthCause, RunFigures } from '../../worker/features/health/contract.ts'

/** What the session knows of health right now; `runs` is of an agent, and null for the connector. */
export interface HealthFigures {
  causes: HealthCause[]
  runs: RunFigures | null
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** A durable command: kept until the connector has answered it or its deadline has passed. */
export type QueuedCommand = DistributiveOmit<
  Extract<
    z.infer<typeof Command>,
    {
      command:
        | 'approval.resolve'
        | 'grant.revoke'
        | 'gateway.change'
        | 'agents.stop'
        | 'agents.recover'
        | 'stops.drill'
        | 'backup.make'
        | 'backup.prove'
    }
  >,
  'kind'
>

/** away: there is no live socket. no_answer: none came in time, or the socket went. busy: too many questions at once. */
export type Asked<Q extends QuestionName = QuestionName> =
  | { ok: true; answer: AnswerTo<Q> }
  | { ok: false; failure: CommandFailure | 'away' | 'no_answer' | 'busy'; detail: string }

/** One connector's live session. */
export interface ConnectorSessionRpc {
  /**
   * Keeps the command and sends it as soon as there is a socket. The same id twice is one command. When it resolves,
   * the command is durable.
   */
  enqueue(command: QueuedCommand): Promise<void>
  /** The same for many in one go; all or none of them are durable then. */
  enqueueAll(commands: readonly QueuedCommand[]): Promise<void>
  /** Closes the socket, if there is one, and says why. */
  hangUp(cause: 'paused' | 'removed' | 'rotated'): Promise<void>
  /** Asks for a fresh roster and list of pending approvals; false without a live socket. */
  sync(): Promise<boolean>
  /**
   * Lets the connector check itself; null when there is no live socket or no answer within 45 s. `told` hears each step as
   * it ends, where the connector is new enough to say so; the answer has all of them.
   */
  diagnose(
    told?: (step: z.infer<typeof DiagnosticStep>) => Promise<void>,
  ): Promise<z.infer<typeof DiagnosticStep>[] | null>
  /** Asks the gateway through the connector. Changes nothing and is not kept; answers within 45 s. */
  ask(question: GatewayQuestion): Promise<Asked>
  /**
   * Keeps the command like `enqueue`, and waits for what became of it, at most `withinMs`. Null: nobody knows yet; the
   * command stays until its deadline. When it resolves with a result, whose command it was has been told.
   */
  carryOut(command: QueuedCommand, withinMs: number): Promise<z.infer<typeof CommandResult> | null>
  /** Causes that count now with their figures, and the runs of an agent, named as its gateway does. */
  health(agent: string | null): Promise<HealthFigures>
}
