import type { ChangedJob, CronChange } from '../../../worker/features/cron/contract.ts'
import { Failure } from '../../output/failure.ts'
import { note, plain } from '../../output/output.ts'
import { type JsonOption, showOne } from '../json-option.ts'
import { changeLines } from './words.ts'

/** What became of an edit; `unchanged` is said where nothing had to be told to the gateway. */
export function showChanged(options: JsonOption, changed: ChangedJob, unchanged: string): void {
  if (changed.change !== null) showChange(options, changed, changed.change)
  else if (options.json) showOne(options, changed, {})
  else note(unchanged)
}

/** A change that its gateway has not taken is a failure, unless it is kept for when that is back. */
export function showChange(options: JsonOption, value: object, change: CronChange): void {
  showOne(options, value, changeLines(change))
  const { state, kind, agentId, id, detail } = change
  if (state === 'waiting') note('The gateway is away: it is made when that is back.')
  if (state === 'applied' && kind === 'add' && !options.json)
    note(plain(`Its id stands in: clawbutler cron list --agent ${agentId ?? ''}`.trimEnd()))
  if (state === 'conflict') throw new Failure('The job was changed meanwhile: see clawbutler cron changes.')
  if (state === 'sent') throw new Failure(`The gateway has not answered yet: change ${id}.`)
  if (state === 'failed' || state === 'lapsed')
    throw new Failure(plain(`The change was not made: ${detail ?? change.failure ?? state}.`.replace(/\.\.$/, '.')))
}
