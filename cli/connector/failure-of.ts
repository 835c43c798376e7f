import type { CommandFailure } from '../../worker/features/connectors/link/commands/contract.ts'
import type { ConfigIssue } from '../../worker/features/connectors/link/questions/contract.ts'
import { cutIssues } from '../gateway/management/configuration.ts'
import { Managed, NotThere, Refused, Stale, TooLarge, UnknownOutcome } from '../gateway/management/refused.ts'
import { GatewayRequestFailed } from '../gateway/refusal.ts'

type Failed = { failure: CommandFailure; detail: string; issues?: ConfigIssue[] }

/** Why a command did not happen, in the words of the link. What nobody expected may pass: the command is tried again. */
export function failureOf(error: unknown): Failed {
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof Stale) return { failure: 'stale', detail }
  if (error instanceof TooLarge) return { failure: 'too_large', detail }
  if (error instanceof NotThere) return { failure: 'not_found', detail }
  if (error instanceof UnknownOutcome) return { failure: 'unknown_outcome', detail }
  if (error instanceof Managed || error instanceof Refused) return { failure: 'gateway_refused', detail }
  return error instanceof GatewayRequestFailed ? ofRefusal(error, detail) : { failure: 'gateway_unreachable', detail }
}

function ofRefusal(error: GatewayRequestFailed, detail: string): Failed {
  if (error.reason === 'APPROVAL_NOT_FOUND' || error.reason === 'CRON_JOB_NOT_FOUND')
    return { failure: 'not_found', detail }
  if (error.reason === 'APPROVAL_ALREADY_RESOLVED') return { failure: 'already_resolved', detail }
  if (/Config write would drop agent/i.test(detail)) return { failure: 'gateway_refused', detail }
  if (error.code === 'UNAVAILABLE') return { failure: 'gateway_unreachable', detail }
  if (error.issues.length > 0) return { failure: 'invalid', detail, issues: cutIssues(error.issues) }
  if (/not found|unknown (session|agent)/i.test(detail)) return { failure: 'not_found', detail }
  if (/invalid \S+ params|unsupported file|Reserved redaction/i.test(detail)) return { failure: 'invalid', detail }
  // With the gateway's own reason, such as APPROVAL_ALLOW_ALWAYS_UNAVAILABLE: whoever asked may ask for less.
  return { failure: 'gateway_refused', detail: error.reason ? `${error.reason}: ${detail}` : detail }
}
