import type { RuleDraft, StarterSet } from '../../../worker/features/rules/contract.ts'
import type { T } from '../../i18n/use-t.ts'

/** The names of the rules of each set, in their order. */
const names = {
  careful: [
    'rules.starter.careful.rules.first',
    'rules.starter.careful.rules.second',
    'rules.starter.careful.rules.third',
  ],
  'read-only-free': ['rules.starter.read-only-free.rules.first', 'rules.starter.read-only-free.rules.second'],
  'production-guard': ['rules.starter.production-guard.rules.first', 'rules.starter.production-guard.rules.second'],
  'night-watch': ['rules.starter.night-watch.rules.first', 'rules.starter.night-watch.rules.second'],
  'shadow-first': [
    'rules.starter.shadow-first.rules.first',
    'rules.starter.shadow-first.rules.second',
    'rules.starter.shadow-first.rules.third',
  ],
} as const

/** A set's rules with names in the viewer's language; one that this build does not know keeps the server's name. */
export const starterRules = (t: T, { id, rules }: StarterSet): RuleDraft[] =>
  rules.map((rule, at) => {
    const key = names[id][at]
    return key ? { ...rule, name: t(key) } : rule
  })
