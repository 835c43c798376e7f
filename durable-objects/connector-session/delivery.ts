import type { z } from 'zod'
import { undeliveredDecisions } from '../../worker/features/approvals/index.ts'
import type { CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import { changesDue } from '../../worker/features/cron/index.ts'
import { revokesWaiting } from '../../worker/features/grants/index.ts'
import { stopsForConnector } from '../../worker/features/kill-switch/index.ts'
import type { OrganizationContext } from '../../worker/platform/context.ts'
import type { Alarms } from '../support/alarms.ts'
import { attachmentOf } from './attachment.ts'
import { CommandQueue, isStop } from './commands.ts'
import { conclude } from './conclude.ts'
import { sendFrame } from './frames.ts'
import type { Questions } from './questions.ts'
import type { QueuedCommand } from './rpc.ts'

/**
 * What is ordered from a gateway: on disk before it is sent, sent again after every hello, and told to whoever ordered it
 * once it was answered or is overdue. What stops agents goes first, and only to a connector that takes it.
 */
export class Delivery {
  private readonly commands: CommandQueue
  private readonly questions: Questions
  private readonly alarms: Pick<Alarms<'deadline'>, 'set' | 'clear'>

  constructor(sql: SqlStorage, questions: Questions, alarms: Pick<Alarms<'deadline'>, 'set' | 'clear'>) {
    this.commands = new CommandQueue(sql)
    this.questions = questions
    this.alarms = alarms
  }

  /** Keeps commands and sends them at once where somebody listens. False: a stop is among them, and this connector takes none. */
  async order(commands: readonly QueuedCommand[], socket: WebSocket | undefined): Promise<boolean> {
    let areTaken = true
    for (const command of commands) {
      this.commands.add(command)
      const isTaken = !(socket && isStop(command) && !attachmentOf(socket).takesStops)
      // The output gate lets the frame go only once the command is on disk.
      if (socket && isTaken && this.commands.has(command.id)) sendFrame(socket, { kind: 'command', ...command })
      areTaken &&= isTaken
    }
    await this.armDeadline()
    return areTaken
  }

  /** After a hello: everything that waits, here and in the database. */
  async welcome(ctx: OrganizationContext, socket: WebSocket, isGatewayThere: boolean): Promise<void> {
    // Before anything else: what stops agents has been on disk since it was ordered, and needs nobody to be asked.
    this.sendStops(socket)
    await this.welcomeStops(ctx, socket)
    const waiting = await Promise.all([undeliveredDecisions(ctx, ctx.actor.id), revokesWaiting(ctx, ctx.actor.id)])
    for (const command of waiting.flat()) this.commands.add(command)
    if (isGatewayThere) return this.sendDue(ctx, socket)
    await this.armDeadline()
    this.sendWaiting(socket)
  }

  /** The gateway is there: what waited for it in the database goes out with what waits here. */
  async gatewayIsThere(ctx: OrganizationContext, socket: WebSocket): Promise<void> {
    this.sendStops(socket)
    await this.sendDue(ctx, socket)
  }

  async answered(ctx: OrganizationContext, result: z.infer<typeof CommandResult>): Promise<void> {
    if (!this.commands.has(result.id)) return this.questions.answer(result)
    // The gateway is away: the command stays and goes out again when the gateway is back.
    if (!result.ok && result.failure === 'gateway_unreachable') return
    await conclude(ctx, result.id, result)
    // A crash before this line sends the command once more, and its answer finds that all is said already.
    this.commands.remove(result.id)
    await this.armDeadline()
    this.questions.answer(result)
  }

  async giveUpOverdue(ctx: OrganizationContext, now: number): Promise<void> {
    for (const id of this.commands.overdue(now)) {
      await conclude(ctx, id, { ok: false, failure: 'expired' })
      this.commands.remove(id)
    }
    await this.armDeadline()
  }

  /** In the place of a connector that was not started for that: loud, because nothing is stopped. */
  async refuseStops(ctx: OrganizationContext): Promise<void> {
    const detail = 'This connector does not accept stop commands: start it with the group stop.'
    for (const { id } of this.commands.waiting(Date.now()).filter(isStop)) {
      await conclude(ctx, id, { ok: false, failure: 'read_only', detail })
      this.commands.remove(id)
    }
  }

  clear(): void {
    this.commands.clear()
  }

  private async sendDue(ctx: OrganizationContext, socket: WebSocket): Promise<void> {
    for (const command of await changesDue(ctx, ctx.actor.id)) this.commands.add(command)
    await this.armDeadline()
    this.sendWaiting(socket)
  }

  private sendWaiting(socket: WebSocket): void {
    for (const command of this.commands.waiting(Date.now())) if (!isStop(command)) sendFrame(socket, command)
  }

  private sendStops(socket: WebSocket): void {
    if (!attachmentOf(socket).takesStops) return
    for (const command of this.commands.waiting(Date.now())) if (isStop(command)) sendFrame(socket, command)
  }

  /** A connector that takes stops gets what it refused before and what was never handed over; another one refuses all. */
  private async welcomeStops(ctx: OrganizationContext, socket: WebSocket): Promise<void> {
    if (!attachmentOf(socket).takesStops) return this.refuseStops(ctx)
    for (const command of await stopsForConnector(ctx, ctx.actor.id)) {
      this.commands.add(command)
      sendFrame(socket, { kind: 'command', ...command })
    }
  }

  private async armDeadline(): Promise<void> {
    const due = this.commands.nextDeadline()
    if (due === null) await this.alarms.clear('deadline')
    else await this.alarms.set('deadline', due)
  }
}
