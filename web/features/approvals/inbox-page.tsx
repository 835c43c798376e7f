import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { capabilitiesQuery } from '../../session/queries.ts'
import { useTitle } from '../../ui/page.tsx'
import { Failed } from '../../ui/state.tsx'
import { extendSelection, planBatch, toggleSelection } from './batch.ts'
import { BatchBar, DecidedTray } from './batch-bar.tsx'
import { DecisionBar } from './decision-bar.tsx'
import { decide, forgetSettled, mayBeHeld, undo, type Verdict } from './decisions.ts'
import { ApprovalDetail } from './detail/approval-detail.tsx'
import { DetailActs } from './detail/detail-acts.tsx'
import { needsSecondStep } from './inbox.ts'
import { type Asking, InboxDialogs } from './inbox-dialogs.tsx'
import { InboxList } from './inbox-list.tsx'
import { isOffered } from './outcomes.ts'
import { openedHere } from './shown.ts'
import { Split } from './split.tsx'
import { useBarred, useBlocked } from './use-blocked.ts'
import { useInbox } from './use-inbox.ts'
import { useInboxKeys } from './use-inbox-keys.ts'
import { useLostRaces } from './use-lost-races.ts'

/** What waits for a person: the list, the one that is open, and everything that can be done with either. */
export function InboxPage() {
  const t = useT()
  useTitle(t('approvals.title'))
  const { id, all } = useSearch({ from: '/room/approvals/' })
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [typed, setTyped] = useState('')
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [batch, setBatch] = useState<string | null>(null)
  const [expanded, setExpanded] = useState(false)
  const [asking, setAsking] = useState<Asking | null>(null)
  const filter = useRef<HTMLInputElement>(null)
  const composer = useRef<HTMLTextAreaElement>(null)
  const mine = useQuery(capabilitiesQuery).data
  // Who may not decide has nothing of their own here, and sees what waits for others.
  const decides = mine?.capabilities.includes('approvals.decide') ?? true
  const inbox = useInbox({ all: all !== undefined || !decides, typed, id })
  const { groups, flat, shown, own, followed, now } = inbox
  const blocked = useBlocked(shown, now)
  const barred = useBarred()
  useLostRaces(followed)
  // What was decided on an earlier visit has been seen on its way; a new visit starts with a clean list.
  useEffect(() => forgetSettled, [])

  const open = (next: string | null) =>
    void navigate({
      to: '/approvals',
      search: { ...(next ? { id: next } : {}), ...(all ? { all } : {}) },
      replace: true,
    })
  const waiting = groups.filter(({ name }) => name !== 'decided').flatMap(({ approvals }) => approvals)
  const chosen = waiting.filter((one) => selected.has(one.id))
  const facts = { now, opened: openedHere() }
  const allows = planBatch(chosen, { ...facts, allows: true })
  const rejects = planBatch(chosen, { ...facts, allows: false })

  const goTo = (approval: Approval | undefined) => {
    if (!approval) return
    open(approval.id)
    document.querySelector(`[data-id="${approval.id}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  const move = (steps: number, extend: boolean) => {
    const at = flat.findIndex((one) => one.id === shown?.id)
    const next = flat[Math.max(0, Math.min(flat.length - 1, at + steps))]
    const ids = waiting.map((one) => one.id)
    if (extend && shown && next) setSelected(extendSelection(selected, ids, shown.id, next.id))
    goTo(next)
  }
  const settle = (approval: Approval, verdict: Verdict) => {
    const at = waiting.findIndex((one) => one.id === approval.id)
    const next = waiting[at + 1] ?? waiting[at - 1]
    decide(queryClient, [approval], verdict)
    if (matchMedia('(min-width: 768px)').matches && next) open(next.id)
    else open(approval.id)
  }
  const settleBatch = (approvals: Approval[], verdict: Verdict) => {
    setBatch(decide(queryClient, approvals, verdict))
    setSelected(new Set())
    const left = waiting.find((one) => !approvals.includes(one))
    if (shown && approvals.includes(shown)) open(left && id ? left.id : null)
  }

  const may = (outcome: Verdict['outcome']) =>
    shown?.state === 'pending' &&
    (own === undefined || own.phase === 'refused') &&
    blocked === null &&
    isOffered(shown, outcome)
  const once = { outcome: 'allow_once', reason: null } as const
  const allow = () => {
    if (chosen.length > 0) return allowBatch()
    if (!shown || !may('allow_once')) return
    if (needsSecondStep(shown) || shown.ask?.passkey) setAsking({ what: 'allow', approval: shown })
    else settle(shown, once)
  }
  const allowBatch = () => {
    if (allows.decides.length === 0 || barred) return
    if (mayBeHeld(allows.decides, once)) settleBatch(allows.decides, once)
    else setAsking({ what: 'batch-allow', plan: allows })
  }
  const reject = () => {
    if (chosen.length > 0) {
      if (rejects.decides.length > 0 && !barred) setAsking({ what: 'batch-reject', plan: rejects })
    } else if (shown && may('reject')) setAsking({ what: 'reject', approval: shown })
  }
  const allowAlways = () => {
    if (shown && may('allow_always')) setAsking({ what: 'always', approval: shown })
  }
  const askAbout = (what: 'snooze' | 'hand-over') => () => {
    if (shown?.state === 'pending') setAsking({ what, approval: shown })
  }
  const leave = () => {
    if (selected.size > 0) setSelected(new Set())
    else if (batch) setBatch(null)
    else if (id && !matchMedia('(min-width: 768px)').matches) open(null)
  }
  useInboxKeys({
    move,
    select: () => shown && waiting.includes(shown) && setSelected(toggleSelection(selected, shown.id)),
    allow,
    allowAlways,
    reject,
    expand: () => setExpanded((isOpen) => !isOpen),
    snooze: askAbout('snooze'),
    comment: () => composer.current?.focus(),
    handOver: askAbout('hand-over'),
    filter: () => filter.current?.focus(),
    leave,
    openSheet: () => setAsking({ what: 'keys' }),
  })

  const last = batch ?? [...followed.values()].findLast(({ phase }) => phase === 'held')?.together
  const decidedTogether = [...followed.values()].filter(({ together }) => together === last)
  return (
    <>
      <h1 className="sr-only">{t('approvals.title')}</h1>
      <Split
        open={id !== undefined}
        detailName={t('approvals.detail')}
        list={
          <InboxList
            inbox={inbox}
            all={all !== undefined || !decides}
            hasMine={decides}
            typed={typed}
            type={setTyped}
            filter={filter}
            selected={selected}
            toggle={(one) => setSelected(toggleSelection(selected, one))}
            open={open}
            openSheet={() => setAsking({ what: 'keys' })}
            tray={
              chosen.length > 0 ? (
                <BatchBar
                  count={chosen.length}
                  allows={allows}
                  rejects={rejects}
                  barred={barred}
                  allow={allowBatch}
                  reject={reject}
                  clear={() => setSelected(new Set())}
                />
              ) : (
                <DecidedTray
                  members={decidedTogether}
                  undo={() => last && undo(last)}
                  clear={() => setBatch(null)}
                  open={open}
                />
              )
            }
          />
        }
        detail={
          shown ? (
            <ApprovalDetail
              key={shown.id}
              approval={shown}
              own={own}
              now={now}
              expanded={expanded}
              toggleExpanded={() => setExpanded((isOpen) => !isOpen)}
              back={() => open(null)}
              composer={composer}
              acts={
                shown.state === 'pending' && (own === undefined || own.phase === 'refused') ? (
                  <DetailActs
                    snooze={askAbout('snooze')}
                    handOver={askAbout('hand-over')}
                    comment={() => composer.current?.focus()}
                  />
                ) : null
              }
              bar={
                <DecisionBar
                  approval={shown}
                  own={own}
                  blocked={blocked}
                  allow={allow}
                  allowAlways={allowAlways}
                  reject={reject}
                  undo={() => own && undo(own.together)}
                />
              }
            />
          ) : inbox.linked.isError ? (
            <Failed
              what={t('approvals.oneFailed')}
              error={inbox.linked.error}
              retry={() => void inbox.linked.refetch()}
            />
          ) : null
        }
      />
      {asking ? (
        <InboxDialogs asking={asking} close={() => setAsking(null)} settle={settle} settleBatch={settleBatch} />
      ) : null}
    </>
  )
}
