import type { T } from '../../i18n/use-t.ts'

const known = [
  'deadline_passed',
  'expired',
  'gateway_no_longer_waits',
  'connector_removed',
  'decided_at_gateway',
  'read_only',
  'unsupported',
  'not_found',
  'already_resolved',
  'gateway_unreachable',
  'gateway_refused',
  'withdrawn',
  'changed',
  'mismatch',
  'not_collected',
  'callback_failed',
  'callback_gone',
  'unknown',
] as const

/** Why an approval ended without effect, in words; a reason that this build does not know shows its name. */
export const endedText = (t: T, reason: string) => {
  const code = known.find((one) => one === reason)
  return code ? t(`approvals.ended.${code}`) : reason
}
