import type { RuleOutcome } from '../../../worker/features/rules/contract.ts'

/** What a rule does, in a few words. */
export function outcomeOf(outcome: RuleOutcome): string {
  if (outcome.kind === 'allow') return 'allow'
  if (outcome.kind === 'refuse') return outcome.reason ? `refuse: ${outcome.reason}` : 'refuse'
  const groups = outcome.ask.groups.map(({ roles, members, quorum }) => {
    const named = members.length > 0 ? [`${members.length} named`] : []
    return `${quorum} of ${[...roles, ...named].join('/')}`
  })
  return `ask ${groups.join(' and ')}${outcome.ask.passkey ? ', passkey' : ''}`
}
