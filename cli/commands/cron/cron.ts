import type { Command } from 'commander'
import { CronJobView, CronSummary } from '../../../worker/features/cron/contract.ts'
import { Session } from '../../api/session.ts'
import { type JsonOption, showList, showOne, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { registerCronChanges } from './changes.ts'
import { pathOf } from './path.ts'
import { registerCronRuns } from './runs.ts'
import { jobLines, scheduleWords } from './words.ts'
import { registerCronWrites } from './write.ts'

type ListOptions = JsonOption & {
  agent?: string
  connector?: string
  failing?: true
  missed?: true
  enabled?: true
  disabled?: true
  managed?: true
  gone?: true
  limit?: number
}

export function registerCron(program: Command): void {
  const cron = program.command('cron').description('scheduled jobs of all gateways')
  withJson(
    cron
      .command('list')
      .description('list jobs')
      .option('--agent <id>', 'only of this agent')
      .option('--connector <id>', 'only of this connector')
      .option('--failing', 'only those that fail again and again')
      .option('--missed', 'only those that missed a run')
      .option('--enabled', 'only enabled ones')
      .option('--disabled', 'only disabled ones')
      .option('--managed', 'only those that their gateway keeps itself')
      .option('--gone', 'those that their gateway has no more')
      .option('--limit <count>', 'how many', count),
  ).action(async ({ agent, connector, limit, json, ...flags }: ListOptions) => {
    const session = await Session.open(process.env)
    const filter = {
      agentId: agent,
      connectorId: connector,
      failing: flags.failing && 'true',
      missed: flags.missed && 'true',
      enabled: flags.enabled ? 'true' : flags.disabled && 'false',
      managed: flags.managed && 'true',
      state: flags.gone && 'gone',
    }
    const jobs = await listUpTo(session, '/cron/jobs', CronJobView, filter, limit)
    const columns = {
      id: (job: CronJobView) => job.id,
      name: (job: CronJobView) => job.name,
      agent: (job: CronJobView) => job.agentName,
      schedule: (job: CronJobView) => scheduleWords(job.schedule),
      state: stateOf,
      next: (job: CronJobView) => job.nextRunAt,
      last: (job: CronJobView) => job.lastStatus,
    }
    showList(json === undefined ? {} : { json }, jobs, columns, 'There is no such job.')
  })

  withJson(cron.command('show').description('show one job').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const session = await Session.open(process.env)
      const job = await session.get(pathOf(id), CronJobView)
      showOne(options, job, { ...jobLines(job), state: stateOf(job) })
    },
  )

  registerCronWrites(cron)
  registerCronRuns(cron)
  registerCronChanges(cron)

  withJson(cron.command('summary').description('all jobs in figures')).action(async (options: JsonOption) => {
    const session = await Session.open(process.env)
    const { agents, nextHour, ...summary } = await session.get('/cron/summary', CronSummary)
    showOne(options, { ...summary, nextHour, agents }, { ...summary, 'next hour': nextHour.runs })
  })
}

/** The state that matters most. */
const stateOf = (job: CronJobView): string => {
  if (job.state === 'gone') return 'gone'
  const open = job.openChanges[0]
  const change = open ? `, change ${open.state}` : ''
  if (job.isFailing) return `failing (${job.consecutiveFailures})${change}`
  if (job.missedAt) return `missed a run${change}`
  return `${job.isEnabled ? 'enabled' : 'disabled'}${change}`
}
