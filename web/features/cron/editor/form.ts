import type { CronJobView } from '../../../../worker/features/cron/contract.ts'
import { expressionOf, isTimeZone, ownTimeZone } from '../schedule/next-runs.ts'
import { type CronScheduleValue, scheduleOf } from '../schedule/shape.ts'

/** What the editor holds: each kind of schedule keeps its own fields while another one is looked at. */
export interface JobForm {
  agentId: string
  name: string
  message: string
  kind: 'cron' | 'every' | 'at'
  expr: string
  tz: string
  count: string
  unit: 'minute' | 'hour' | 'day'
  /** As `datetime-local` has it: in the zone of whoever writes. */
  at: string
}

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
const everyMsMax = 366 * unitMs.day

export const newForm = (agentId: string): JobForm => ({
  agentId,
  name: '',
  message: '',
  kind: 'cron',
  expr: '0 9 * * 1-5',
  tz: ownTimeZone(),
  count: '1',
  unit: 'hour',
  at: '',
})

export const formOf = (job: Pick<CronJobView, 'agentId' | 'name' | 'message' | 'schedule'>): JobForm => {
  const form = { ...newForm(job.agentId ?? ''), name: job.name, message: job.message ?? '' }
  const schedule = scheduleOf(job.schedule)
  if (schedule?.kind === 'cron') return { ...form, kind: 'cron', expr: schedule.expr, tz: schedule.tz ?? '' }
  if (schedule?.kind === 'at') return { ...form, kind: 'at', at: localOf(Date.parse(schedule.at)) }
  if (schedule?.kind !== 'every') return form
  const unit = (['day', 'hour'] as const).find((one) => schedule.everyMs % unitMs[one] === 0) ?? 'minute'
  return { ...form, kind: 'every', unit, count: String(schedule.everyMs / unitMs[unit]) }
}

export type Fault = 'name' | 'message' | 'agent' | 'expr' | 'tz' | 'count' | 'at'

/** What of the form no gateway would take; `now` in ms. */
export const faultsOf = (form: JobForm, now: number, isMessage = true): Fault[] => {
  const faults: Fault[] = []
  if (form.agentId === '') faults.push('agent')
  if (form.name.trim() === '') faults.push('name')
  if (isMessage && form.message.trim() === '') faults.push('message')
  if (form.kind === 'cron') {
    const isKnown = form.tz === '' || isTimeZone(form.tz)
    if (!isKnown) faults.push('tz')
    if (!expressionOf(form.expr, isKnown && form.tz !== '' ? form.tz : undefined)) faults.push('expr')
  }
  const everyMs = everyMsOf(form)
  if (form.kind === 'every' && !(Number.isInteger(everyMs) && everyMs >= unitMs.minute && everyMs <= everyMsMax))
    faults.push('count')
  if (form.kind === 'at' && !(new Date(form.at).getTime() > now)) faults.push('at')
  return faults
}

/** Only of a form without faults. */
export const scheduleFrom = (form: JobForm): CronScheduleValue => {
  if (form.kind === 'every') return { kind: 'every', everyMs: everyMsOf(form) }
  if (form.kind === 'at') return { kind: 'at', at: new Date(form.at).toISOString() }
  return { kind: 'cron', expr: form.expr.trim(), ...(form.tz === '' ? {} : { tz: form.tz }) }
}

const everyMsOf = ({ count, unit }: JobForm): number => Number(count) * unitMs[unit]

/** `2026-11-21T09:30` in the zone of whoever looks. */
const localOf = (ms: number): string => {
  const date = new Date(ms)
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
