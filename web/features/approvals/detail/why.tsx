import { Link } from '@tanstack/react-router'
import { BadgeCheck, Check, Clock, Fingerprint, UserX, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Approval, Vote } from '../../../../worker/features/approvals/contract.ts'
import type { Ask, Audience } from '../../../../worker/features/rules/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RiskGlyph } from '../../../ui/risk.tsx'
import { Ago, ClockTime } from '../../../ui/time.tsx'
import { type Names, useNames } from '../../audit/names.ts'
import { ruleText } from '../rule-text.ts'
import { Part } from './part.tsx'

/** Why somebody is asked: where the risk comes from, which rule asks, and who may answer. */
export function Why({ approval }: { approval: Approval }) {
  const t = useT()
  const { rule, riskReasons, ask } = approval
  const names = useNames()
  return (
    <Part title={t(approval.state === 'pending' ? 'approvals.why' : 'approvals.whyAsked')}>
      <p>
        {rule
          ? t.rich('approvals.byRule', {
              name: rule.name,
              version: approval.ruleSetVersion,
              link: (chunks) => (
                <Link to="/approvals/rules" search={{ rule: rule.id }} className="link">
                  {chunks}
                </Link>
              ),
            })
          : t(approval.grantId ? 'approvals.byGrant' : 'approvals.byNoRule')}
      </p>
      {riskReasons.length > 0 ? (
        <ul className="mt-2 space-y-1.5">
          {riskReasons.map((reason) => (
            <li key={`${reason.rule} ${reason.start} ${reason.matched}`} className="flex items-start gap-2.5 text-xs">
              <span className="flex pt-[3px]">
                <RiskGlyph risk={reason.risk} />
              </span>
              <span className="min-w-0 text-ink-2">
                {ruleText(t, reason.rule)}
                {reason.matched ? (
                  <code className="ml-1.5 font-mono text-2xs break-all text-ink">{reason.matched}</code>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {ask ? <WhoDecides approval={approval} ask={ask} names={names} /> : null}
    </Part>
  )
}

function WhoDecides({ approval, ask, names }: { approval: Approval; ask: Ask; names: Names }) {
  const t = useT()
  const isPending = approval.state === 'pending'
  const isAlone = ask.groups.length === 1 && ask.groups[0]?.quorum === 1
  return (
    <div className="mt-4 rounded-md border border-line px-3.5 py-3">
      <h4 className="text-xs font-medium">
        {ask.groups.length > 1 ? t('approvals.who.all') : t('approvals.who.title')}
      </h4>
      <ul className="mt-2 space-y-2">
        {ask.groups.map((group, at) => (
          <li key={JSON.stringify(group)} className="flex items-start gap-3 text-xs">
            <span className="min-w-0 flex-1 text-ink-2">
              <AudienceNames audience={group} names={names} />
            </span>
            {isAlone ? null : isPending ? (
              <Quorum needed={group.quorum} agreed={group.quorum - (approval.missing[at] ?? group.quorum)} />
            ) : (
              <span className="tnum text-2xs text-ink-2">{t('approvals.who.needed', { count: group.quorum })}</span>
            )}
          </li>
        ))}
      </ul>
      {approval.votes.length > 0 ? (
        <ul aria-label={t('approvals.who.votes')} className="mt-3 space-y-1.5 border-t border-line pt-3">
          {approval.votes.map((vote) => (
            <VoteLine key={vote.id} vote={vote} />
          ))}
        </ul>
      ) : null}
      <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1.5 border-t border-line pt-2.5 text-2xs text-ink-2 empty:hidden">
        {ask.separationOfDuty ? (
          <Condition icon={<UserX size={13} aria-hidden />}>{t('approvals.who.separation')}</Condition>
        ) : null}
        {ask.passkey ? (
          <Condition icon={<Fingerprint size={13} aria-hidden />}>{t('approvals.who.passkey')}</Condition>
        ) : null}
        {ask.escalate && isPending ? (
          <Condition icon={<Clock size={13} aria-hidden />}>
            {t.rich(approval.escalatedAt ? 'approvals.who.escalated' : 'approvals.who.escalates', {
              at: () => <ClockTime at={approval.escalatedAt ?? approval.escalatesAt ?? approval.expiresAt} />,
              who: () => <AudienceNames audience={ask.escalate?.to ?? { roles: [], members: [] }} names={names} />,
            })}
          </Condition>
        ) : null}
        {isPending ? (
          <Condition icon={<Clock size={13} aria-hidden />}>{t(`approvals.who.onExpiry.${ask.onExpiry}`)}</Condition>
        ) : null}
      </ul>
    </div>
  )
}

const Condition = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <li className="inline-flex items-start gap-1.5">
    <span className="mt-[3px] shrink-0">{icon}</span>
    <span>{children}</span>
  </li>
)

function AudienceNames({ audience, names }: { audience: Audience; names: Names }) {
  const t = useT()
  const roles = audience.roles.map((role) => t(`role.${role}`))
  const people = audience.members.map((id) => names.member(id) ?? id)
  return [...roles, ...people].join(t('state.comma'))
}

/** One place for each person who has to agree, filled as they do. */
function Quorum({ needed, agreed }: { needed: number; agreed: number }) {
  const t = useT()
  const places = Array.from({ length: needed }, (_, place) => place)
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden className="flex gap-0.5">
        {places.map((place) => (
          <span key={place} className={`h-1.5 w-4 rounded-full ${place < agreed ? 'bg-low' : 'bg-line-2'}`} />
        ))}
      </span>
      <span className="tnum text-2xs whitespace-nowrap text-ink-2">
        {t('approvals.who.progress', { agreed, needed })}
      </span>
    </span>
  )
}

function VoteLine({ vote }: { vote: Vote }) {
  const t = useT()
  const isRefusal = vote.outcome === 'reject'
  return (
    <li className="flex items-start gap-2 text-xs">
      <span className={`mt-0.5 ${isRefusal ? 'text-critical' : 'text-low'}`}>
        {isRefusal ? <X size={14} aria-hidden /> : <Check size={14} aria-hidden />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="font-medium">{vote.by.name}</span> {t(`outcome.${vote.outcome}`)}
        {vote.signed ? (
          <span className="ml-2 inline-flex items-center gap-1 text-2xs text-low">
            <BadgeCheck size={13} aria-hidden />
            {t('approvals.who.signed')}
          </span>
        ) : null}
        {vote.reason ? <span className="block break-words text-ink-2">{vote.reason}</span> : null}
      </span>
      <Ago at={vote.at} className="text-2xs whitespace-nowrap text-ink-2" />
    </li>
  )
}
