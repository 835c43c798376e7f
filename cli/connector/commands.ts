import { z } from 'zod'
import {
  type Command,
  type CommandGroup,
  type CommandResult,
  commands,
  type DiagnosticStep,
} from '../../worker/features/connectors/link/contract.ts'
import { cut } from '../gateway/bounded.ts'
import type { Live } from '../gateway/live.ts'
import { GatewayRequestFailed } from '../gateway/refusal.ts'

export type CommandDeps = {
  groups: readonly CommandGroup[]
  live: () => Live | null
  diagnose: () => Promise<DiagnosticStep[]>
}

type Failure = Extract<CommandResult, { ok: false }>['failure']
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

  async #attempt(command: Command, cloudNow: number): Promise<CommandResult> {
    const done: CommandResult = { kind: 'result', id: command.id, ok: true }
    const failed = (failure: Failure, detail: string): CommandResult => ({
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
    if (command.command === 'gateway.diagnose') return { ...done, steps: await this.#deps.diagnose() }
    const live = this.#deps.live()
    if (!live) return failed('gateway_unreachable', 'The connector is not connected to its gateway now.')
    try {
      if (command.command === 'gateway.sync') await live.sync()
      else if (command.command === 'grant.revoke') await live.revokeGrant(command.params.ref)
      else await resolveApproval(live, command.params)
      return done
    } catch (error) {
      const { failure, detail } = failureOf(error)
      return failed(failure, detail)
    }
  }
}

type Resolve = Extract<Command, { command: 'approval.resolve' }>['params']

async function resolveApproval(live: Live, { externalId, source, decision }: Resolve): Promise<void> {
  const method = source === 'openclaw.exec' ? 'exec.approval.resolve' : 'plugin.approval.resolve'
  await live.session.call(method, { id: externalId, decision }, z.object({ ok: z.literal(true) }), 60_000)
}

function failureOf(error: unknown): { failure: Failure; detail: string } {
  const detail = error instanceof Error ? error.message : String(error)
  if (!(error instanceof GatewayRequestFailed)) return { failure: 'gateway_unreachable', detail }
  if (error.reason === 'APPROVAL_NOT_FOUND') return { failure: 'not_found', detail }
  if (error.reason === 'APPROVAL_ALREADY_RESOLVED') return { failure: 'already_resolved', detail }
  if (error.code === 'UNAVAILABLE') return { failure: 'gateway_unreachable', detail }
  // With the gateway's own reason, such as APPROVAL_ALLOW_ALWAYS_UNAVAILABLE: whoever asked may ask for less.
  return { failure: 'gateway_refused', detail: error.reason ? `${error.reason}: ${detail}` : detail }
}
