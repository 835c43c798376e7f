import { useT } from '../../../i18n/use-t.ts'

/** How the ends of runs, tools and approvals are called; what an end of another name says stands as it is. */
const outcomes = [
  'ok',
  'error',
  'aborted',
  'denied',
  'allow_once',
  'allow_always',
  'reject',
  'allow',
  'refuse',
] as const
const bad = new Set(['error', 'denied', 'deny', 'reject', 'refuse', 'aborted'])

/** The gateway writes allow-once and deny for what is called allow_once and reject here. */
const nameOf = (outcome: string) => (outcome === 'deny' ? 'reject' : outcome.replaceAll('-', '_'))

export function OutcomeText({ outcome }: { outcome: string }) {
  const t = useT()
  const known = outcomes.find((one) => one === nameOf(outcome))
  return known ? t(`trace.outcome.${known}`) : outcome
}

export const outcomeTone = (outcome: string) => (bad.has(nameOf(outcome)) ? 'text-critical' : 'text-ink-2')
