import { ConsistencyProof, LogState } from '../../../../worker/features/audit/log/contract.ts'
import { problemOf, request, sendWithSession } from '../../../api.ts'

/** What the server says of its log, as it is; whether it is true is for `tlog/` to find. Each rejects as an `ApiError`. */

export const fetchLogState = () => request(LogState, '/audit/log')

/** A C2SP tlog-proof file for one event, in the newest tree. */
export const fetchEvidence = (seq: number) => fetchText(`/audit/events/${seq}/evidence`)

/** The keys that sign checkpoints, as verifier keys. */
export const fetchKeys = async () => (await fetchText('/audit/log/vkey')).split('\n').filter(Boolean)

export const fetchConsistency = (from: number, to: number) =>
  request(ConsistencyProof, `/audit/proofs/consistency?from=${from}&to=${to}`)

/** The whole sequence, to be read as it comes. */
export const fetchExport = async (signal: AbortSignal) => {
  const answer = await sendWithSession('/audit/export', { headers: { Accept: 'application/x-ndjson' }, signal })
  if (!answer.ok || !answer.body) throw await problemOf(answer)
  return answer.body
}

const fetchText = async (path: string) => {
  const answer = await sendWithSession(path, { headers: { Accept: 'text/plain' } })
  if (!answer.ok) throw await problemOf(answer)
  return answer.text()
}

/** How one asks for the log's state on a page. */
export const logStateKey = ['audit-log'] as const
