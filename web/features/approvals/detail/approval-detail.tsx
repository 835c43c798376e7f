import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { type ReactNode, type RefObject, useId } from 'react'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Failed, Note } from '../../../ui/state.tsx'
import type { OwnDecision } from '../decisions.ts'
import { contextQuery } from '../queries.ts'
import { useDetailOpened } from '../shown.ts'
import { Comments } from './comments.tsx'
import { Head } from './head.tsx'
import { Journey } from './journey.tsx'
import { LedHere } from './led-here.tsx'
import { Precedent } from './precedent.tsx'
import { Provenance } from './provenance.tsx'
import { Refusal } from './refusal.tsx'
import { Stakes } from './stakes.tsx'
import { WhatRuns } from './what-runs.tsx'
import { Why } from './why.tsx'

/** Everything a decision needs, in the order it is needed; `bar` is what stands fixed below. */
export function ApprovalDetail(props: {
  approval: Approval
  own: OwnDecision | undefined
  now: number
  expanded: boolean
  toggleExpanded: () => void
  back: () => void
  acts?: ReactNode
  composer?: RefObject<HTMLTextAreaElement | null>
  bar: ReactNode
}) {
  const t = useT()
  const id = useId()
  const { approval, own, now } = props
  const context = useQuery(contextQuery(approval.id))
  useDetailOpened(approval.id, approval.state === 'pending')
  const isWaiting = approval.state === 'pending' && own === undefined
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <article aria-labelledby={id} className="mx-auto max-w-[760px] px-4 py-4 md:px-8 md:py-7">
          <Head approval={approval} own={own} now={now} titleId={id} back={props.back} acts={props.acts} />
          {own?.phase === 'refused' ? (
            <div className="mt-5">
              <Refusal own={own} />
            </div>
          ) : null}
          {isWaiting ? null : <Journey approval={approval} own={own} lead />}
          <Stakes approval={approval} />
          <WhatRuns approval={approval} />
          <Why approval={approval} />
          <Precedent context={context.data} isLoading={context.isPending} />
          {approval.shadowed.length > 0 ? (
            <ul className="mt-3 space-y-1.5">
              {approval.shadowed.map((one) => (
                <li key={one.ruleId}>
                  <Note>
                    {t('approvals.shadow', { rule: one.ruleName, outcome: t(`approvals.verdict.${one.outcome}`) })}
                  </Note>
                </li>
              ))}
            </ul>
          ) : null}
          {context.isError ? (
            <Failed what={t('approvals.contextFailed')} error={context.error} retry={() => void context.refetch()} />
          ) : (
            <LedHere approval={approval} context={context.data} />
          )}
          <Provenance approval={approval} />
          <Comments approval={approval} context={context.data} composer={props.composer} />
          {isWaiting ? <Journey approval={approval} own={own} /> : null}
          <button
            type="button"
            aria-expanded={props.expanded}
            onClick={props.toggleExpanded}
            className="mt-6 flex items-center gap-1.5 text-xs text-ink-2 hover:text-ink max-md:h-11"
          >
            <ChevronDown size={15} aria-hidden className={props.expanded ? 'rotate-180' : ''} />
            {props.expanded ? t('approvals.less') : t('approvals.more')}
            <span aria-hidden className="kbd max-md:hidden">
              E
            </span>
          </button>
          {props.expanded ? <Digest approval={approval} /> : null}
        </article>
      </div>
      {props.bar}
    </>
  )
}

function Digest({ approval }: { approval: Approval }) {
  const t = useT()
  const facts = [
    [t('approvals.id'), approval.id],
    [t('approvals.trace'), approval.traceId],
    [t('approvals.ruleSet'), String(approval.ruleSetVersion)],
    [t('approvals.digest'), approval.digest],
  ] as const
  return (
    <>
      <dl className="mt-3 grid grid-cols-[minmax(88px,auto)_1fr] gap-x-5 gap-y-2 border-y border-line py-4">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className="contents">
              <dt className="text-xs leading-[1.375rem] text-ink-2">{name}</dt>
              <dd className="min-w-0">
                <code className="font-mono text-2xs break-all">{value}</code>
              </dd>
            </div>
          ),
        )}
      </dl>
      <p className="mt-2 text-2xs text-ink-2">{t('approvals.digestHint')}</p>
    </>
  )
}
