import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useLiveState } from '../../live.ts'
import { useCan } from '../../session/queries.ts'
import { Empty, Failed, Skeleton } from '../../ui/state.tsx'
import { useNow } from '../../use-now.ts'
import { connectorsQuery } from '../connectors/queries.ts'
import { ApprovalDetail } from './approval-detail.tsx'
import { ApprovalRow } from './approval-row.tsx'
import { DecisionBar } from './decision-bar.tsx'
import { decide, forgetSettled, type Outcome, type OwnDecision, undo, useDecisions } from './decisions.ts'
import { CriticalDialog, RejectDialog } from './dialogs.tsx'
import { groupInbox } from './inbox.ts'
import { approvalQuery, openApprovalsQuery } from './queries.ts'
import { Split } from './split.tsx'
import { useInboxKeys } from './use-inbox-keys.ts'

/** Why nothing can be decided right now, in words; null when it can. */
const useBlocked = (approval: Approval | undefined, now: number) => {
  const t = useT()
  const live = useLiveState()
  const can = useCan('approvals.decide')
  if (!can) return t('approvals.blocked.role')
  if (approval && Date.parse(approval.expiresAt) <= now) return t('approvals.blocked.expired')
  if (live === 'offline') return t('approvals.blocked.offline')
  if (live !== 'live') return t('approvals.blocked.stale')
  if (approval && !approval.allowedOutcomes.includes('allow_once') && !approval.allowedOutcomes.includes('reject'))
    return t('approvals.blocked.gateway')
  return null
}

export function Inbox(props: {
  head: ReactNode
  id: string | undefined
  open: (id: string | null) => void
  openSheet: () => void
}) {
  const t = useT()
  const queryClient = useQueryClient()
  const list = useQuery(openApprovalsQuery)
  const decisions = useDecisions()
  const now = useNow()
  const rows = useRef<HTMLDivElement>(null)
  const [expanded, setExpanded] = useState(false)
  const [asking, setAsking] = useState<'reject' | 'critical' | null>(null)

  const followed = useFollowed(decisions)
  const groups = groupInbox(list.data?.items ?? [], followed, now)
  const flat = groups.flatMap((group) => group.approvals)
  const isListed = flat.some((one) => one.id === props.id)
  const linked = useQuery({ ...approvalQuery(props.id ?? ''), enabled: props.id !== undefined && !isListed })
  const shown = flat.find((one) => one.id === props.id) ?? (props.id ? linked.data : flat[0])
  const own = shown ? followed.get(shown.id) : undefined
  const blocked = useBlocked(shown, now)

  // What was decided on an earlier visit has been seen on its way; a new visit starts with a clean list.
  useEffect(() => forgetSettled, [])

  const move = (steps: number) => {
    const at = flat.findIndex((one) => one.id === shown?.id)
    const next = flat[Math.max(0, Math.min(flat.length - 1, at + steps))]
    if (!next) return
    props.open(next.id)
    rows.current?.querySelector(`[data-id="${next.id}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  const settle = (approval: Approval, outcome: Outcome, reason: string | null) => {
    const waiting = groups.filter((group) => group.name !== 'decided').flatMap((group) => group.approvals)
    const at = waiting.findIndex((one) => one.id === approval.id)
    const next = waiting[at + 1] ?? waiting[at - 1]
    decide(queryClient, approval, { outcome, reason })
    if (matchMedia('(min-width: 768px)').matches && next) props.open(next.id)
    else props.open(approval.id)
  }
  const canAct = shown?.state === 'pending' && (own === undefined || own.phase === 'refused') && blocked === null
  const allow = () => {
    if (!canAct || !shown.allowedOutcomes.includes('allow_once')) return
    if (shown.risk === 'critical') setAsking('critical')
    else settle(shown, 'allow_once', null)
  }
  const reject = () => {
    if (canAct && shown.allowedOutcomes.includes('reject')) setAsking('reject')
  }
  useInboxKeys({ move, allow, reject, expand: () => setExpanded((open) => !open), openSheet: props.openSheet })

  return (
    <>
      <Split
        open={props.id !== undefined}
        detailName={t('approvals.detail')}
        list={
          <>
            {props.head}
            <div ref={rows} className="min-h-0 flex-1 overflow-y-auto pb-4">
              {list.isPending ? (
                <div className="px-4">
                  <Skeleton rows={7} height={64} />
                </div>
              ) : list.isError && !list.data ? (
                <Failed what={t('approvals.failed')} error={list.error} retry={() => void list.refetch()} />
              ) : flat.length === 0 ? (
                <NothingWaiting />
              ) : (
                groups.map((group) => (
                  <div key={group.name}>
                    <h2 className="sticky top-0 z-10 flex items-center gap-1.5 bg-canvas px-4 py-1.5 text-2xs font-medium text-ink-2">
                      {t(`approvals.group.${group.name}`)}
                      <span className="tnum font-normal text-ink-3">{group.approvals.length}</span>
                    </h2>
                    <ul>
                      {group.approvals.map((one) => (
                        <ApprovalRow
                          key={one.id}
                          approval={one}
                          own={followed.get(one.id)}
                          current={one.id === shown?.id}
                          now={now}
                          open={() => props.open(one.id)}
                        />
                      ))}
                    </ul>
                  </div>
                ))
              )}
            </div>
            <p className="shrink-0 border-t border-line px-4 py-2.5 text-2xs text-ink-2 max-md:hidden">
              {t('approvals.hint')}
            </p>
          </>
        }
        detail={
          shown ? (
            <ApprovalDetail
              key={shown.id}
              approval={shown}
              own={own}
              now={now}
              expanded={expanded}
              toggleExpanded={() => setExpanded((open) => !open)}
              back={() => props.open(null)}
              bar={
                <DecisionBar
                  own={own}
                  closed={shown.state !== 'pending'}
                  blocked={blocked}
                  allow={allow}
                  reject={reject}
                  undo={() => undo(shown.id)}
                />
              }
            />
          ) : linked.isError ? (
            <Failed what={t('approvals.oneFailed')} error={linked.error} retry={() => void linked.refetch()} />
          ) : null
        }
      />
      {asking === 'reject' && shown ? (
        <RejectDialog
          approval={shown}
          close={() => setAsking(null)}
          confirm={(reason) => settle(shown, 'reject', reason)}
        />
      ) : null}
      {asking === 'critical' && shown ? (
        <CriticalDialog
          approval={shown}
          close={() => setAsking(null)}
          confirm={() => settle(shown, 'allow_once', null)}
        />
      ) : null}
    </>
  )
}

/** Decided approvals leave the open list when they are confirmed; until then each is followed by its id. */
const useFollowed = (decisions: ReadonlyMap<string, OwnDecision>): ReadonlyMap<string, OwnDecision> => {
  const settled = [...decisions.values()].filter(({ phase }) => phase === 'sent' || phase === 'refused')
  const answers = useQueries({ queries: settled.map(({ approval }) => approvalQuery(approval.id)) })
  const current = new Map(answers.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])))
  return new Map([...decisions].map(([id, own]) => [id, { ...own, approval: current.get(id) ?? own.approval }]))
}

function NothingWaiting() {
  const t = useT()
  const connectors = useQuery(connectorsQuery)
  const isNew = connectors.data?.items.length === 0
  return (
    <Empty
      icon={<CircleCheck size={20} strokeWidth={1.75} aria-hidden />}
      title={t('approvals.empty.title')}
      body={isNew ? t('approvals.empty.new') : t('approvals.empty.body')}
    >
      {isNew ? (
        <Link to="/connectors/new" className="btn btn-primary">
          {t('connectors.add')}
        </Link>
      ) : (
        <Link to="/approvals" search={{ view: 'history' }} className="btn">
          {t('approvals.history')}
        </Link>
      )}
    </Empty>
  )
}
