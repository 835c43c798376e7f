import { type Command, Option } from 'commander'
import {
  BackupSchedule,
  drillIntervals,
  PutBackupSchedule,
} from '../../../../worker/features/artifacts/schedules/contract.ts'
import { Session } from '../../../api/session.ts'
import { usage } from '../../../output/failure.ts'
import { type JsonOption, showOne, withJson } from '../../json-option.ts'
import { connectorNamed } from './connector-named.ts'

interface Options extends JsonOption {
  connector?: string
  at?: string
  timeZone?: string
  keepDaily?: string
  keepWeekly?: string
  keepMonthly?: string
  drill?: string
  on?: boolean
  off?: boolean
}

export function registerSchedule(artifact: Command): void {
  const schedule = artifact
    .command('schedule')
    .description('show when a connector backs up its gateway, or change it')
    .option('--connector <name>', 'which one, by name or id')
    .option('--at <HH:MM>', 'back up daily at this time')
    .option('--time-zone <zone>', 'of that time, such as Europe/Berlin')
    .option('--keep-daily <count>', 'keep the newest of each of so many last days')
    .option('--keep-weekly <count>', 'and weeks')
    .option('--keep-monthly <count>', 'and months')
    .addOption(
      new Option('--drill <interval>', 'how often the newest is opened to prove it').choices([...drillIntervals]),
    )
    .option('--on', 'switch it on')
    .option('--off', 'switch it off')
  withJson(schedule).action(run)
}

async function run({ connector, json, on, off, ...wanted }: Options): Promise<void> {
  if (on && off) throw usage('--on and --off contradict each other.')
  const session = await Session.open(process.env)
  const { id, name } = await connectorNamed(session, connector)
  const path = `/connectors/${id}/backup-schedule`
  const before = await session.get(path, BackupSchedule)
  const isChanged = on || off || Object.keys(wanted).length > 0
  const after = isChanged
    ? await session.write('PUT', path, BackupSchedule, changed(before, wanted, off ? false : on ? true : null), {
        headers: { 'if-match': `"${before.version}"` },
      })
    : before
  showOne(json ? { json } : {}, after, {
    connector: name,
    schedule: after.isEnabled ? `daily at ${after.at} (${after.timeZone})` : 'off',
    keeps: `${after.keepDaily} days, ${after.keepWeekly} weeks, ${after.keepMonthly} months`,
    proven: after.drill,
    next: after.nextAt,
  })
}

/** What is not given stays. To give a time is to switch it on, where it was never set before. */
function changed(
  before: BackupSchedule,
  wanted: Omit<Options, 'connector' | 'json' | 'on' | 'off'>,
  isEnabled: boolean | null,
): PutBackupSchedule {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const figure = (given: string | undefined, known: number) => (given === undefined ? known : Number(given))
  const parsed = PutBackupSchedule.safeParse({
    isEnabled: isEnabled ?? (before.version === 0 ? true : before.isEnabled),
    at: wanted.at ?? before.at,
    timeZone: wanted.timeZone ?? (before.version === 0 ? here : before.timeZone),
    keepDaily: figure(wanted.keepDaily, before.keepDaily),
    keepWeekly: figure(wanted.keepWeekly, before.keepWeekly),
    keepMonthly: figure(wanted.keepMonthly, before.keepMonthly),
    drill: wanted.drill ?? before.drill,
  })
  if (parsed.success) return parsed.data
  throw usage(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}
