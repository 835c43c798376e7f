import type { Command } from 'commander'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { Session } from '../../api/session.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { lineOf, toldShown } from './path.ts'

type Options = JsonOption & { state: string; agent?: string; risk?: string; source?: string; limit?: number }

export function registerList(approvals: Command): void {
  withJson(
    approvals
      .command('list')
      .description('list approvals')
      .option(
        '--state <state>',
        'mine (for you to decide), open, closed, pending, decided, delivered, confirmed, expired or undeliverable',
        'open',
      )
      .option('--agent <id>', 'only of this agent')
      .option('--risk <risk>', 'low, medium, high or critical')
      .option('--source <source>', 'openclaw.exec, openclaw.plugin or api')
      .option('--limit <count>', 'how many', count),
  ).action(async ({ state, agent, risk, source, limit, ...options }: Options) => {
    const session = await Session.open(process.env)
    const items = await listUpTo(session, '/approvals', Approval, { state, agentId: agent, risk, source }, limit)
    const columns = {
      id: (approval: Approval) => approval.id,
      risk: (approval: Approval) => approval.risk,
      state: (approval: Approval) => approval.state,
      agent: (approval: Approval) => approval.agentName,
      expires: (approval: Approval) => approval.expiresAt,
      asks: lineOf,
    }
    showList(options, items, columns, 'Nothing waits.')
    const open = items.filter((approval) => approval.state === 'pending').map((approval) => approval.id)
    if (process.stdout.isTTY && open.length > 0) await toldShown(session, { listed: open.slice(0, 200) })
  })
}
