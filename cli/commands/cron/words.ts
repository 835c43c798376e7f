import type { CronChange, CronJobView } from '../../../worker/features/cron/contract.ts'

/** A schedule as it is written: the expression with its zone, the interval, the moment. */
export const scheduleWords = ({ kind, expr, tz, everyMs, at }: CronJobView['schedule']): string => {
  if (kind === 'cron') return [expr, tz].filter((part) => typeof part === 'string').join(' ')
  if (kind === 'every' && typeof everyMs === 'number') return `every ${intervalWords(everyMs)}`
  if (kind === 'at') return `once, ${String(at)}`
  return String(kind ?? '–')
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const

const intervalWords = (ms: number): string => {
  const [size, unit] = units.find(([each]) => ms % each === 0) ?? [1_000, 's']
  return `${ms / size} ${unit}`
}

export const jobLines = (job: CronJobView) => ({
  id: job.id,
  name: job.name,
  agent: job.agentName,
  connector: job.connectorName,
  schedule: scheduleWords(job.schedule),
  message: job.message,
  'kept by the gateway': job.isManaged ? 'yes' : 'no',
  'next run': job.nextRunAt,
  'last run': job.lastRunAt,
  'last status': job.lastStatus,
  'last error': job.lastError,
  'failures in a row': job.consecutiveFailures,
  'missed at': job.missedAt,
  revision: job.revision,
  'told at': job.seenAt,
})

export const changeLines = (change: CronChange) => ({
  change: change.id,
  kind: change.kind,
  job: change.jobName,
  state: change.state,
  'good until': change.endedAt === null ? change.expiresAt : null,
  detail: change.detail,
})
