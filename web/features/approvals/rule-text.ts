import type { T } from '../../i18n/use-t.ts'
import { commandRules } from './title.ts'

const known = [
  ...commandRules,
  'requester',
  'payment',
  'message-send',
  'tool-delete',
  'tool-execute',
  'agent-control',
  'tool-write',
  'browser-action',
  'unknown-tool',
] as const

/** A risk rule in words; a rule this build does not know shows its name. */
export const ruleText = (t: T, rule: string) => {
  const id = known.find((one) => one === rule)
  return id ? t(`riskRule.${id}`) : rule
}
