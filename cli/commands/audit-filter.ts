import { type Command, InvalidArgumentError } from 'commander'
import type { Request } from '../api/request.ts'
import { duration } from './duration.ts'

/** What the sequence can be filtered by, as it is typed. */
export type FilterOptions = {
  agent?: string
  connector?: string
  type?: string
  risk?: string
  trace?: string
  actor?: string
  target?: string
}

export const withFilter = (command: Command): Command =>
  command
    .option('--agent <id>')
    .option('--connector <id>')
    .option('--type <types>', 'types, with commas, or a prefix such as approval.')
    .option('--risk <risks>', 'risks, with commas')
    .option('--trace <id>')
    .option('--actor <id>', 'who did it: a member, an API key, a connector')
    .option('--target <id>', 'what it was done to')

/** The same as the API takes it. */
export const filterOf = ({ agent, connector, type, risk, trace, actor, target }: FilterOptions) =>
  ({
    agentId: agent,
    connectorId: connector,
    type,
    risk,
    traceId: trace,
    actorId: actor,
    target,
  }) satisfies Request['query']

const isoDay = /^\d{4}-\d{2}-\d{2}$/
const isoMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/

/** A moment as the API takes it: so long ago (`90s`, `2h`, `7d`), or ISO 8601; without an offset, where this terminal is. */
export function moment(text: string): string {
  if (/^\d+[smhd]$/.test(text)) return new Date(Date.now() - duration(text)).toISOString()
  const at = new Date(isoDay.test(text) ? `${text}T00:00` : text)
  if ((isoDay.test(text) || isoMoment.test(text)) && !Number.isNaN(at.getTime())) return at.toISOString()
  throw new InvalidArgumentError(
    'It must be a time such as 2026-11-21T08:00, 2026-11-21, or how long ago: 90s, 2h, 7d.',
  )
}

/** A sequence number, or none yet. */
export function sequence(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('It must be a sequence number: a whole number from 0 on.')
}
