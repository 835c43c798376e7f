import type { Command } from 'commander'
import { Approval } from '../../worker/features/approvals/contract.ts'
import { watchEvents } from '../api/event-stream.ts'
import { Session } from '../api/session.ts'
import { facts, note, plain, print, printJson } from '../output/output.ts'
import { stopOnInterrupt } from './interrupt.ts'
import { type JsonOption, showList, withJson } from './json-option.ts'
import { count, listUpTo } from './pages.ts'

const pathOf = (id: string) => `/approvals/${encodeURIComponent(id)}`

export function registerApprovals(program: Command): void {
  const approvals = program.command('approvals').description('what waits for a decision, and what was decided')
  withJson(
    approvals
      .command('list')
      .description('list approvals')
      .option(
        '--state <state>',
        'open, closed, pending, decided, delivered, confirmed, expired or undeliverable',
        'open',
      )
      .option('--agent <id>', 'only of this agent')
      .option('--risk <risk>', 'low, medium, high or critical')
      .option('--limit <count>', 'how many', count),
  ).action(async ({ state, agent, risk, limit, ...options }: ListOptions) => {
    const session = await Session.open(process.env)
    const items = await listUpTo(session, '/approvals', Approval, { state, agentId: agent, risk }, limit)
    const columns = {
      id: (approval: Approval) => approval.id,
      risk: (approval: Approval) => approval.risk,
      state: (approval: Approval) => approval.state,
      agent: (approval: Approval) => approval.agentName,
      expires: (approval: Approval) => approval.expiresAt,
      command: (approval: Approval) => approval.command,
    }
    showList(options, items, columns, 'Nothing waits.')
  })

  withJson(approvals.command('show').description('show one approval').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const session = await Session.open(process.env)
      show(options, await session.get(pathOf(id), Approval))
    },
  )

  withJson(
    approvals
      .command('approve')
      .description('allow once what an approval asks for, exactly as it is shown now')
      .argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    // Bound to what is there now: another command under the same id is refused as stale.
    const { digest } = await session.get(pathOf(id), Approval)
    show(options, await session.post(`${pathOf(id)}/approve`, Approval, { mode: 'once', digest }))
  })

  withJson(
    approvals
      .command('reject')
      .description('refuse what an approval asks for')
      .argument('<id>')
      .option('--reason <text>', 'why; it is kept with the decision'),
  ).action(async (id: string, { reason, ...options }: JsonOption & { reason?: string }) => {
    const session = await Session.open(process.env)
    show(options, await session.post(`${pathOf(id)}/reject`, Approval, reason ? { reason } : {}))
  })

  withJson(approvals.command('watch').description('follow approvals as they come and are decided')).action(watch)
}

type ListOptions = JsonOption & { state: string; agent?: string; risk?: string; limit?: number }

async function watch(options: JsonOption): Promise<void> {
  const session = await Session.open(process.env)
  const signal = stopOnInterrupt()
  const shown = new Map<string, string>()
  const showIfNew = (approval: Approval) => {
    if (shown.get(approval.id) === approval.state) return
    shown.set(approval.id, approval.state)
    line(options, approval)
  }
  const showOpen = async () => {
    const open = await listUpTo(session, '/approvals', Approval, { state: 'open' }, 200)
    for (const approval of open.reverse()) showIfNew(approval)
  }
  await showOpen()
  if (!options.json) note('Watching. Stop with Ctrl-C.')
  for await (const { payload } of watchEvents(session, { type: 'approval.' }, null, signal)) {
    const id = payload.approvalId
    // What a gateway reports carries its own id: the new approval is found among the open ones.
    if (typeof id === 'string') showIfNew(await session.get(pathOf(id), Approval))
    else await showOpen()
  }
}

/** One line for each approval, so that a pipe can follow. */
function line(options: JsonOption, approval: Approval): void {
  if (options.json) {
    print(JSON.stringify(approval))
    return
  }
  const { id, risk, state, agentName, command } = approval
  print(plain(`${state.padEnd(9)} ${risk.padEnd(8)} ${id}  ${agentName ?? '–'}: ${command}`))
}

function show(options: JsonOption, approval: Approval): void {
  if (options.json) {
    printJson(approval)
    return
  }
  const { decision, riskReasons, warnings } = approval
  print(
    facts({
      id: approval.id,
      state: approval.stateReason ? `${approval.state} (${approval.stateReason})` : approval.state,
      risk: approval.risk,
      why: riskReasons.map(({ rule, matched }) => `${rule}: ${matched}`).join('; '),
      command: approval.command,
      directory: approval.cwd,
      program: approval.resolvedPath,
      host: approval.host,
      agent: approval.agentName,
      connector: approval.connectorName,
      session: approval.sessionKey,
      warnings: warnings.join('; '),
      requested: approval.requestedAt,
      expires: approval.expiresAt,
      decision: decision ? `${decision.outcome} by ${decision.by.name} at ${decision.at}` : null,
      reason: decision?.reason,
      digest: approval.digest,
    }),
  )
}
