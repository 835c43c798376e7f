import { type Command, Option } from 'commander'
import { RunView } from '../../../worker/features/cron/contract.ts'
import { Session } from '../../api/session.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { pathOf } from './path.ts'

type Options = JsonOption & { status?: string; agent?: string; connector?: string; limit?: number }

export function registerCronRuns(cron: Command): void {
  withJson(
    cron
      .command('runs')
      .description('what ran, the newest first: of one job, or of all')
      .argument('[id]', 'of this job')
      .addOption(new Option('--status <status>', 'how it ended').choices(['ok', 'failed']))
      .option('--agent <id>', 'only of this agent')
      .option('--connector <id>', 'only of this connector')
      .option('--limit <count>', 'how many', count),
  ).action(async (id: string | undefined, { status, agent, connector, limit, ...options }: Options) => {
    const session = await Session.open(process.env)
    const filter = id === undefined ? { status, agentId: agent, connectorId: connector } : { status }
    const runs = await listUpTo(session, id === undefined ? '/cron/runs' : pathOf(id, '/runs'), RunView, filter, limit)
    const columns = {
      at: (run: RunView) => run.at,
      job: (run: RunView) => run.jobName,
      status: (run: RunView) => run.status,
      ms: (run: RunView) => run.durationMs,
      tokens: (run: RunView) => (run.inputTokens === null ? null : run.inputTokens + (run.outputTokens ?? 0)),
      said: (run: RunView) => run.error ?? run.summary,
    }
    showList(options, runs, columns, 'Nothing ran.')
  })
}
