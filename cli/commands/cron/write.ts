import { type Command, InvalidArgumentError } from 'commander'
import { ChangedJob, CronJobView } from '../../../worker/features/cron/contract.ts'
import { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import { slow } from '../agents/path.ts'
import { agreed } from '../confirm.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { count } from '../pages.ts'
import { pathOf } from './path.ts'
import { showChanged } from './told.ts'

type Written = JsonOption & {
  name?: string
  message?: string
  cron?: string
  zone?: string
  every?: number
  at?: string
  threshold?: number | null
}

const minutes = { m: 1, min: 1, h: 60, d: 1_440 } as const
const isUnit = (unit: string): unit is keyof typeof minutes => unit in minutes

/** `90m`, `6h`, `1d`, in milliseconds. */
function interval(text: string): number {
  const [, figure, unit = ''] = /^(\d+)(m|min|h|d)$/.exec(text) ?? []
  if (figure === undefined || !isUnit(unit)) throw new InvalidArgumentError('Say it like 90m, 6h or 1d.')
  return Number(figure) * minutes[unit] * 60_000
}

const threshold = (text: string): number | null => (text === 'default' ? null : count(text))

const withSchedule = (command: Command): Command =>
  command
    .option('--cron <expression>', 'five or six fields')
    .option('--zone <name>', 'time zone of the expression, such as Asia/Shanghai')
    .option('--every <interval>', '90m, 6h, 1d', interval)
    .option('--at <moment>', 'once, ISO 8601')

export function registerCronWrites(cron: Command): void {
  withJson(
    withSchedule(
      cron
        .command('create')
        .description('give an agent a message on a schedule; kept while its gateway is away')
        .requiredOption('--agent <id>', 'whom')
        .requiredOption('--name <name>', 'what it is called')
        .requiredOption('--message <text>', 'what the agent is told each time')
        .option('--disabled', 'do not let it run yet'),
    ),
  ).action(async ({ agent, disabled, ...written }: Written & { agent: string; disabled?: true }) => {
    const schedule = scheduleOf(written)
    if (!schedule) throw usage('Say when: --cron, --every or --at.')
    const session = await Session.open(process.env)
    const { name, message } = written
    const body = { agentId: agent, name, message, schedule, isEnabled: !disabled }
    showChanged(written, await session.post('/cron/jobs', ChangedJob, body, slow), '')
  })

  withJson(
    withSchedule(
      cron
        .command('edit')
        .description('change a job; kept while its gateway is away')
        .argument('<id>')
        .option('--name <name>')
        .option('--message <text>', 'what the agent is told each time')
        .option(
          '--threshold <count>',
          'after how many failures in a row it is failing; default: as for all',
          threshold,
        ),
    ),
  ).action(async (id: string, { name, message, threshold: failureThreshold, ...written }: Written) => {
    const schedule = scheduleOf(written)
    if (!schedule && [name, message, failureThreshold].every((one) => one === undefined))
      throw usage('Say what to change, such as --name, --message, --cron, --every, --at or --threshold.')
    const session = await Session.open(process.env)
    const { revision } = await session.get(pathOf(id), CronJobView)
    const body = {
      ...(name !== undefined && { name }),
      ...(message !== undefined && { message }),
      ...(schedule && { schedule }),
      ...(failureThreshold !== undefined && { failureThreshold }),
      ...(revision !== null && { expectedRevision: revision }),
    }
    const unchanged = 'Changed; its gateway does not have to know of that.'
    showChanged(written, await session.write('PATCH', pathOf(id), ChangedJob, body, slow), unchanged)
  })

  for (const [act, description, unchanged] of [
    ['enable', 'let a job run on its schedule', 'It is enabled already.'],
    ['disable', 'keep a job from running on its schedule', 'It is disabled already.'],
    ['run', 'run a job now, once; refused while its gateway is away', ''],
  ] as const)
    withJson(cron.command(act).description(description).argument('<id>')).action(
      async (id: string, options: JsonOption) => {
        const session = await Session.open(process.env)
        showChanged(options, await session.post(pathOf(id, `/${act}`), ChangedJob, {}, slow), unchanged)
      },
    )

  withJson(
    cron
      .command('delete')
      .description('remove a job from its gateway; its history stays')
      .argument('<id>')
      .option('--yes', 'do not ask'),
  ).action(async (id: string, { yes, ...options }: JsonOption & { yes?: true }) => {
    const session = await Session.open(process.env)
    const { name } = await session.get(pathOf(id), CronJobView)
    await agreed(`Remove the job ${name}?`, yes === true)
    const removed = await session.write('DELETE', pathOf(id), ChangedJob, undefined, slow)
    showChanged(options, removed, 'Its gateway has it no more.')
  })
}

function scheduleOf({ cron, zone, every, at }: Pick<Written, 'cron' | 'zone' | 'every' | 'at'>): object | null {
  const given = [cron, every, at].filter((one) => one !== undefined)
  if (given.length > 1) throw usage('Say one of --cron, --every and --at.')
  if (zone !== undefined && cron === undefined) throw usage('--zone goes with --cron.')
  if (cron !== undefined) return { kind: 'cron', expr: cron, ...(zone === undefined ? {} : { tz: zone }) }
  if (every !== undefined) return { kind: 'every', everyMs: every }
  return at === undefined ? null : { kind: 'at', at }
}
