import { z } from 'zod'
import type { BackupProof } from '../../worker/features/connectors/link/backups/contract.ts'
import type { ChangeDone, GatewayChange } from '../../worker/features/connectors/link/changes/contract.ts'
import {
  type Command,
  type CommandFailure,
  type CommandGroup,
  type CommandResult,
  commands,
} from '../../worker/features/connectors/link/commands/contract.ts'
import type { FrameFromConnector } from '../../worker/features/connectors/link/contract.ts'
import type { DiagnosticStep } from '../../worker/features/connectors/link/diagnosis/contract.ts'
import { cut } from '../gateway/bounded.ts'
import type { Live } from '../gateway/live.ts'
import { answerQuestion } from '../gateway/management/answer.ts'
import { type ChangeDeps, carryOut } from '../gateway/management/carry-out.ts'
import type { Stops } from '../gateway/stops/stops.ts'
import type { Backups } from './backups/backups.ts'
import { backupFailureOf } from './backups/failure-of.ts'
import { failureOf } from './failure-of.ts'

export type CommandDeps = {
  groups: readonly CommandGroup[]
  live: () => Live | null
  diagnose: (told: (step: DiagnosticStep) => void) => Promise<DiagnosticStep[]>
  /** Says something to the cloud that it need not get. */
  tell: (frame: FrameFromConnector) => void
  manage: ChangeDeps
  stops: Stops
  /** Null for a connector that was started without a passphrase for backups. */
  backups: Backups | null
}

const resultsMax = 500

/**
 * Carries out what the cloud may ask for. The same command id twice is carried out once and answered twice; what the
 * person at this machine did not allow is refused before anything else is looked at.
 */
export class Commands {
  readonly #deps: CommandDeps
  readonly #results = new Map<string, Promise<CommandResult>>()

  constructor(deps: CommandDeps) {
    this.#deps = deps
  }

  carryOut(command: Command, cloudNow: number): Promise<CommandResult> {
    if (commands[command.command].group === 'stop') return this.#stop(command)
    const known = this.#results.get(command.id)
    if (known) return known
    const result = this.#attempt(command, cloudNow)
    this.#results.set(command.id, result)
    const [oldest] = this.#results.keys()
    if (this.#results.size > resultsMax && oldest !== undefined) this.#results.delete(oldest)
    // An answer that another attempt may change is not kept.
    void result.then((answer) => {
      if (!answer.ok && answer.failure === 'gateway_unreachable') this.#results.delete(command.id)
    })
    return result
  }

  /** Told again it is looked at again: what an order wants may be undone by then, and its answer may have been lost. */
  async #stop(command: Command): Promise<CommandResult> {
    const { id } = command
    const { groups, stops } = this.#deps
    if (!groups.includes('stop')) {
      const detail = 'This connector does not accept stop commands: start it with the group stop.'
      return { kind: 'result', id, ok: false, failure: 'read_only', detail }
    }
    if (command.command === 'agents.stop') return { kind: 'result', id, ...(await stops.order(command.params)) }
    if (command.command === 'agents.recover')
      return { kind: 'result', id, ...(await stops.recover(command.params.orderId)) }
    if (command.command === 'stops.drill') return { kind: 'result', id, ...(await stops.drill(command.params)) }
    return { kind: 'result', id, ok: false, failure: 'unsupported', detail: 'This connector does not know that.' }
  }

  async #change(live: Live, id: string, change: GatewayChange): Promise<ChangeDone> {
    const done = await carryOut(live.session, id, change, this.#deps.manage)
    // What is told of it may be late; it is told with the next look at the latest.
    if (change.change === 'agent.create' || change.change === 'agent.delete') await live.sync().catch(() => undefined)
    return done
  }

  async #backup(
    act: (backups: Backups) => Promise<BackupProof | undefined>,
    done: Extract<CommandResult, { ok: true }>,
    failed: Failed,
  ): Promise<CommandResult> {
    const { backups } = this.#deps
    if (!backups) return failed('read_only', 'This connector was started without --backup-passphrase-file.')
    try {
      const proof = await act(backups)
      return { ...done, ...(proof ? { proof } : {}) }
    } catch (error) {
      const { failure, detail } = backupFailureOf(error)
      return failed(failure, detail)
    }
  }

  async #attempt(command: Command, cloudNow: number): Promise<CommandResult> {
    const done = { kind: 'result' as const, id: command.id, ok: true as const }
    const failed: Failed = (failure, detail) => ({
      kind: 'result',
      id: command.id,
      ok: false,
      failure,
      detail: cut(detail, 4_000),
    })
    const { group } = commands[command.command]
    if (!this.#deps.groups.includes(group))
      return failed('read_only', `This connector does not accept ${group} commands.`)
    if (cloudNow > Date.parse(command.deadline)) return failed('expired', 'The command came after its deadline.')
    if (command.command === 'gateway.diagnose') {
      const { diagnose, tell } = this.#deps
      // A cloud that does not ask for single steps may not know the frame, and would hang up.
      const told = command.params.stepwise
        ? (step: DiagnosticStep) => tell({ kind: 'step', id: command.id, step })
        : () => undefined
      return { ...done, steps: await diagnose(told) }
    }
    if (command.command === 'backup.prove')
      return this.#backup((backups) => backups.prove(command.params), done, failed)
    const live = this.#deps.live()
    if (!live) return failed('gateway_unreachable', 'The connector is not connected to its gateway now.')
    if (command.command === 'backup.make')
      return this.#backup((backups) => backups.make(live.session, command.params), done, failed)
    try {
      if (command.command === 'gateway.sync') await live.sync()
      else if (command.command === 'grant.revoke') await live.revokeGrant(command.params.ref)
      else if (command.command === 'gateway.ask')
        return { ...done, answer: await answerQuestion(live.session, command.params, this.#deps.manage.known) }
      else if (command.command === 'gateway.change')
        return { ...done, done: await this.#change(live, command.id, command.params) }
      else if (command.command === 'approval.resolve') await resolveApproval(live, command.params)
      return done
    } catch (error) {
      const { failure, detail, issues } = failureOf(error)
      return { ...failed(failure, detail), ...(issues ? { issues } : {}) }
    }
  }
}

type Failed = (failure: CommandFailure, detail: string) => CommandResult
type Resolve = Extract<Command, { command: 'approval.resolve' }>['params']

async function resolveApproval(live: Live, { externalId, source, decision }: Resolve): Promise<void> {
  const method = source === 'openclaw.exec' ? 'exec.approval.resolve' : 'plugin.approval.resolve'
  await live.session.call(method, { id: externalId, decision }, z.object({ ok: z.literal(true) }), 60_000)
}
