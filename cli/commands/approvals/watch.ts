import type { Command } from 'commander'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { watchEvents } from '../../api/event-stream.ts'
import { Session } from '../../api/session.ts'
import { note, plain, print } from '../../output/output.ts'
import { stopOnInterrupt } from '../interrupt.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { listUpTo } from '../pages.ts'
import { lineOf, pathOf, toldShown } from './path.ts'

const rememberedMax = 10_000

export function registerWatch(approvals: Command): void {
  withJson(
    approvals.command('watch').description('follow approvals as they come and are decided; asks nothing'),
  ).action(watch)
}

async function watch(options: JsonOption): Promise<void> {
  const session = await Session.open(process.env)
  const signal = stopOnInterrupt()
  const shown = new Map<string, string>()
  const showIfNew = async (approval: Approval) => {
    if (shown.get(approval.id) === approval.state) return
    shown.set(approval.id, approval.state)
    const [oldest] = shown.keys()
    if (shown.size > rememberedMax && oldest !== undefined) shown.delete(oldest)
    line(options, approval)
    const isSeen = process.stdout.isTTY && approval.state === 'pending'
    if (isSeen) await toldShown(session, { listed: [approval.id] })
  }
  const showOpen = async () => {
    const open = await listUpTo(session, '/approvals', Approval, { state: 'open' }, 200)
    for (const approval of open.reverse()) await showIfNew(approval)
  }
  await showOpen()
  if (!options.json) note('Watching. Stop with Ctrl-C.')
  for await (const { type, payload } of watchEvents(session, { type: 'approval.' }, null, signal)) {
    if (type === 'approval.shown') continue
    const id = payload.approvalId
    // What a gateway reports carries its own id: the new approval is found among the open ones.
    if (typeof id === 'string') await showIfNew(await session.get(pathOf(id), Approval))
    else await showOpen()
  }
}

/** One line for each approval, so that a pipe can follow. */
function line(options: JsonOption, approval: Approval): void {
  if (options.json) {
    print(JSON.stringify(approval))
    return
  }
  const { id, risk, state, agentName } = approval
  print(plain(`${state.padEnd(9)} ${risk.padEnd(8)} ${id}  ${agentName ?? '–'}: ${lineOf(approval)}`))
}
