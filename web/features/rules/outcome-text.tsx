import { useQuery } from '@tanstack/react-query'
import { useLocale } from 'use-intl'
import type { Ask, AskGroup, Audience, RuleOutcome } from '../../../worker/features/rules/contract.ts'
import { remaining } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { membersQuery } from '../audit/names.ts'

const listFormats = new Map<string, Intl.ListFormat>()
/** Making one takes longer than using it, and each row of the list needs it. */
const listFormat = (locale: string) => {
  const made = listFormats.get(locale) ?? new Intl.ListFormat(locale, { type: 'disjunction' })
  listFormats.set(locale, made)
  return made
}

/** Roles and people as one phrase: `管理员、操作员、Ada`. */
export const useAudienceText = () => {
  const t = useT()
  const locale = useLocale()
  const members = useQuery(membersQuery).data?.items ?? []
  return ({ roles, members: ids }: Audience) =>
    listFormat(locale).format([
      ...roles.map((role) => t(`role.${role}`)),
      ...ids.map((id) => members.find((one) => one.userId === id)?.name ?? id),
    ])
}

/** How people are asked, in as few sentences as it takes: what is not said is as it is without a rule. */
export const useAskSentences = () => {
  const t = useT()
  const locale = useLocale()
  const audienceText = useAudienceText()
  const groupText = (group: AskGroup) =>
    group.quorum === 1
      ? audienceText(group)
      : t('rules.outcome.quorum', { quorum: group.quorum, who: audienceText(group) })
  return (ask: Ask) => ({
    who: t('rules.outcome.ask', { who: ask.groups.map(groupText).join(t('rules.outcome.and')) }),
    more: [
      ...(ask.passkey ? [t('rules.outcome.passkey')] : []),
      ...(ask.separationOfDuty ? [] : [t('rules.outcome.ownRequests')]),
      ...(ask.grantable ? [] : [t('rules.outcome.notGrantable')]),
      ...(ask.expiresInMs === null ? [] : [t('rules.outcome.expires', { time: remaining(locale, ask.expiresInMs) })]),
      ...(ask.onExpiry === 'expire' ? [] : [t(`rules.outcome.onExpiry.${ask.onExpiry}`)]),
      ...(ask.escalate
        ? [
            t('rules.outcome.escalate', {
              time: remaining(locale, ask.escalate.afterMs),
              who: audienceText(ask.escalate.to),
            }),
          ]
        : []),
    ],
  })
}

const tones = { allow: 'text-low', refuse: 'text-critical', ask: 'text-ink' }

/** What a rule does, in words. */
export function OutcomeText({ outcome }: { outcome: RuleOutcome }) {
  const t = useT()
  const askSentences = useAskSentences()
  if (outcome.kind === 'allow') return <span className={`font-medium ${tones.allow}`}>{t('rules.outcome.allow')}</span>
  if (outcome.kind === 'refuse')
    return (
      <span>
        <span className={`font-medium ${tones.refuse}`}>{t('rules.outcome.refuse')}</span>
        {outcome.reason ? <span className="block text-2xs break-words text-ink-2">{outcome.reason}</span> : null}
      </span>
    )
  const { who, more } = askSentences(outcome.ask)
  return (
    <span>
      <span className="font-medium">{who}</span>
      {more.length > 0 ? <span className="block text-2xs text-ink-2">{more.join(t('rules.outcome.then'))}</span> : null}
    </span>
  )
}
