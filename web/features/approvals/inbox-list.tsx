import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, Search } from 'lucide-react'
import { type ReactNode, type RefObject, useRef } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { Empty, Failed, Skeleton } from '../../ui/state.tsx'
import { connectorsQuery } from '../connectors/queries.ts'
import { ApprovalRow } from './approval-row.tsx'
import { useRowsShown } from './shown.ts'
import type { useInbox } from './use-inbox.ts'

type Count = { count: number; more: boolean } | undefined

/** The left half: whose requests, which of them, and the rows in their groups; `tray` stands below them. */
export function InboxList(props: {
  inbox: ReturnType<typeof useInbox>
  all: boolean
  /** Whether there is a part that waits for this person at all. */
  hasMine: boolean
  typed: string
  type: (typed: string) => void
  filter: RefObject<HTMLInputElement | null>
  selected: ReadonlySet<string>
  toggle: (id: string) => void
  open: (id: string) => void
  openSheet: () => void
  tray: ReactNode
}) {
  const t = useT()
  const rows = useRef<HTMLDivElement>(null)
  const { inbox, typed } = props
  const { list, groups, flat, followed, shown, now } = inbox
  useRowsShown(
    rows,
    groups.flatMap((group) => (group.name === 'decided' ? [] : group.approvals.map((one) => one.id))),
  )
  return (
    <>
      <div className="flex shrink-0 items-center gap-2 px-2 py-2 md:px-3">
        <div className="relative min-w-0 flex-1">
          <Search
            size={14}
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-2"
          />
          <input
            ref={props.filter}
            type="search"
            aria-label={t('approvals.filter')}
            placeholder={t('approvals.filter')}
            value={typed}
            onChange={(event) => props.type(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              props.type('')
              event.currentTarget.blur()
            }}
            className="field h-8 pl-8 text-xs max-md:h-11"
          />
        </div>
        <nav aria-label={t('approvals.whose')} className="flex shrink-0 rounded-md border border-line bg-sunken p-0.5">
          {props.hasMine ? <Whose all={false} isCurrent={!props.all} count={inbox.counts.mine} /> : null}
          <Whose all isCurrent={props.all} count={inbox.counts.all} />
        </nav>
      </div>
      <div ref={rows} className="min-h-0 flex-1 overflow-y-auto pb-4">
        {list.isPending ? (
          <div className="px-4">
            <Skeleton rows={7} height={72} />
          </div>
        ) : list.isError && !list.data ? (
          <Failed what={t('approvals.failed')} error={list.error} retry={() => void list.refetch()} />
        ) : flat.length === 0 ? (
          typed.trim() === '' ? (
            <NothingWaiting others={props.all ? 0 : (inbox.counts.all?.count ?? 0)} />
          ) : (
            <Empty
              icon={<Search size={20} strokeWidth={1.75} aria-hidden />}
              title={t('approvals.noMatch.title')}
              body={t('approvals.noMatch.body')}
            />
          )
        ) : (
          groups.map((group) => (
            <div key={group.name}>
              <h2 className="sticky top-0 z-10 flex items-center gap-1.5 bg-canvas px-4 py-1.5 text-2xs font-medium text-ink-2">
                {t(`approvals.group.${group.name}`)}
                <span className="tnum font-normal text-ink-3">{group.approvals.length}</span>
              </h2>
              <ul className={group.name === 'snoozed' ? 'opacity-80' : ''}>
                {group.approvals.map((one) => (
                  <ApprovalRow
                    key={one.id}
                    approval={one}
                    own={followed.get(one.id)}
                    current={one.id === shown?.id}
                    now={now}
                    open={() => props.open(one.id)}
                    {...(group.name === 'decided'
                      ? {}
                      : { selection: { isSelected: props.selected.has(one.id), toggle: () => props.toggle(one.id) } })}
                  />
                ))}
              </ul>
            </div>
          ))
        )}
        {list.hasNextPage ? (
          <div className="px-4 pt-3">
            <button
              type="button"
              className="btn w-full"
              disabled={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t('state.more')}
            </button>
          </div>
        ) : null}
      </div>
      {props.tray}
      <button
        type="button"
        className="shrink-0 border-t border-line px-4 py-2.5 text-left text-2xs text-ink-2 hover:text-ink max-md:hidden"
        onClick={props.openSheet}
      >
        {t('approvals.hint')}
      </button>
    </>
  )
}

function Whose({ all, isCurrent, count }: { all: boolean; isCurrent: boolean; count: Count }) {
  const t = useT()
  return (
    <Link
      to="/approvals"
      search={all ? { all: 'yes' } : {}}
      replace
      aria-current={isCurrent ? 'page' : undefined}
      className={`flex h-7 items-center gap-1.5 rounded-[5px] px-2 text-2xs whitespace-nowrap max-md:h-10 max-md:px-3 max-md:text-xs ${isCurrent ? 'bg-surface font-medium text-ink shadow-[0_0_0_1px_var(--line)]' : 'text-ink-2 hover:text-ink'}`}
    >
      {all ? t('approvals.all') : t('approvals.mine')}
      {count ? (
        <span className="tnum font-normal">
          {count.count}
          {count.more ? '+' : ''}
        </span>
      ) : null}
    </Link>
  )
}

function NothingWaiting({ others }: { others: number }) {
  const t = useT()
  const connectors = useQuery(connectorsQuery)
  const isNew = connectors.data?.items.length === 0
  const body = isNew ? 'new' : others > 0 ? 'others' : 'body'
  return (
    <Empty
      icon={<CircleCheck size={20} strokeWidth={1.75} aria-hidden />}
      title={t('approvals.empty.title')}
      body={t(`approvals.empty.${body}`, { count: others })}
    >
      {isNew ? (
        <Link to="/connectors/new" className="btn btn-primary">
          {t('connectors.add')}
        </Link>
      ) : others > 0 ? (
        <Link to="/approvals" search={{ all: 'yes' }} className="btn">
          {t('approvals.seeAll')}
        </Link>
      ) : (
        <Link to="/approvals/history" className="btn">
          {t('approvals.places.history')}
        </Link>
      )}
    </Empty>
  )
}
