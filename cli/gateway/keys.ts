import { createHash } from 'node:crypto'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** A key of the event's type and the ids that make the happening unique; overlong ids are replaced by their digest. */
export function eventKey(type: string, ...ids: string[]): string {
  const key = [type, ...ids].join(':')
  return key.length <= 200 ? key : `${type}:sha256:${digest(ids.join(':'))}`
}

const runRefMax = 300

/**
 * A run's id as the contract takes it. A gateway makes long ones: a run that tells the results of several sub-agents has
 * all their ids in its own. What is cut off stays in a digest, so that two of them stay two.
 */
export const runRef = (runId: string): string =>
  runId.length <= runRefMax ? runId : `${runId.slice(0, 200)}…sha256:${digest(runId)}`

/** The gateway's ledger knows a tool call only by this digest, so that is what both ways of hearing of it share. */
export const toolCallRef = (toolCallId: string): string =>
  /^sha256:[0-9a-f]{64}$/.test(toolCallId) ? toolCallId.slice(7) : digest(toolCallId)
