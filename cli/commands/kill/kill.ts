import { type Command, Option } from 'commander'
import { KillOrder, KillPreview } from '../../../worker/features/kill-switch/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure, usage } from '../../output/failure.ts'
import { note, plain, print, table } from '../../output/output.ts'
import { answerOf } from '../confirm.ts'
import { counted } from '../counted.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { registerKillDrills } from './drills.ts'
import { follow, orderPath } from './follow.ts'
import { registerKillReports } from './reports.ts'
import { scopeOf } from './scope.ts'

const waitSeconds = (text: string): number => {
  const seconds = Number(text)
  if (!Number.isFinite(seconds) || seconds < 0) throw usage('--wait takes seconds.')
  return seconds
}
type Options = JsonOption & { reason: string; yes?: boolean; wait: number }

export function registerKill(program: Command): void {
  const kill = withJson(
    program
      .command('kill')
      .description('stop agents now: an agent by its id or name, group:NAME, connector:NAME or organization')
      .argument('<what>')
      .option('--reason <text>', 'why; it is kept with the order')
      .addOption(
        new Option('--policy <policy>', 'when somebody re-enables an agent at its gateway')
          .choices(['stop_again', 'report'])
          .default('stop_again'),
      )
      .option('--yes', 'do not ask')
      .option('--wait <seconds>', 'how long to follow it', waitSeconds, 60),
  ).action(killScope)
  registerKillReports(kill)
  registerKillDrills(kill)

  withJson(
    program
      .command('recover')
      .description('take an order of the kill switch back and restore what was saved')
      .argument('<order>')
      .requiredOption('--reason <text>', 'why; it is kept with the order')
      .option('--name <text>', 'the name of what was stopped, instead of being asked for it')
      .option('--wait <seconds>', 'how long to follow it', waitSeconds, 60),
  ).action(recover)
}

async function killScope(
  what: string,
  { reason, yes, ...options }: Omit<Options, 'reason'> & { reason?: string; policy: string },
): Promise<void> {
  if (!reason) throw usage('Give the reason: --reason TEXT.')
  const session = await Session.open(process.env)
  const scope = await scopeOf(session, what)
  // A preview asks gateways, one of which may be slow; who has said yes does not wait for it.
  if (!yes) {
    const preview = await session.post('/kill-switch/preview', KillPreview, { scope })
    if (!options.json) showPreview(preview)
    await typed(preview.scope.name, '--yes')
  }
  const order = await session.post('/kill-switch/disable', KillOrder, { scope, reason, policy: options.policy })
  await follow(session, order, 'stopped', options)
}

async function recover(id: string, { reason, name, ...options }: Options & { name?: string }): Promise<void> {
  const session = await Session.open(process.env)
  const { scope } = await session.get(orderPath(id), KillOrder)
  if (name === undefined) await typed(scope.name, '--name NAME')
  const body = { orderId: id, name: name ?? scope.name, reason }
  const order = await session.post('/kill-switch/recover', KillOrder, body)
  await follow(session, order, 'recovered', options)
}

async function typed(name: string, option: string): Promise<void> {
  const answer = await answerOf(plain(`Type ${name} to go on: `), option)
  if (answer.trim() !== name) throw new Failure('That is not its name. Nothing was changed.')
}

function showPreview({ scope, agents, openRuns, pendingApprovals, connectors }: KillPreview): void {
  const counts = [counted(agents, 'agent'), counted(openRuns, 'run'), counted(pendingApprovals, 'pending approval')]
  note(plain(`${scope.name}: ${counts.join(', ')}`))
  if (connectors.length === 0) return
  print(
    table(connectors, {
      connector: ({ connectorName }) => connectorName,
      reach: ({ reach }) => reach,
      agents: ({ agents }) => agents,
      sessions: ({ activeSessions }) => activeSessions,
      'sub-agents': ({ subAgents }) => subAgents,
      jobs: ({ enabledJobs }) => enabledJobs,
      plugin: ({ hasPlugin }) => (hasPlugin === null ? null : hasPlugin ? 'yes' : 'no'),
    }),
  )
  for (const { connectorName, remedy } of connectors) if (remedy) note(plain(`${connectorName}: ${remedy}`))
}
