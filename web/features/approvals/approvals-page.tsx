import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Keyboard } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { useTitle } from '../../ui/page.tsx'
import { KeysDialog } from './dialogs.tsx'
import { Inbox } from './inbox-view.tsx'

const History = lazy(() => import('./history-view.tsx').then((module) => ({ default: module.History })))

/** The inbox and, behind its second tab, what has been closed. */
export function ApprovalsPage() {
  const t = useT()
  useTitle(t('approvals.title'))
  const { id, view } = useSearch({ from: '/room/approvals' })
  const navigate = useNavigate()
  const [sheet, setSheet] = useState(false)
  const tab = (active: boolean) =>
    `flex h-8 items-center rounded-md px-2.5 text-xs max-md:h-11 max-md:text-sm ${active ? 'bg-sunken font-medium text-ink' : 'text-ink-2 hover:text-ink'}`
  const isHistory = view === 'history'
  const head = (
    <div className="flex h-14 shrink-0 items-center gap-1 border-b border-line pr-2 pl-4">
      <p aria-hidden="true" className="mr-2 text-lg font-semibold">
        {t('approvals.title')}
      </p>
      <Link to="/approvals" className={tab(!isHistory)} aria-current={isHistory ? undefined : 'page'}>
        {t('approvals.open')}
      </Link>
      <Link
        to="/approvals"
        search={{ view: 'history' }}
        className={tab(isHistory)}
        aria-current={isHistory ? 'page' : undefined}
      >
        {t('approvals.history')}
      </Link>
      <span className="flex-1" />
      <button
        type="button"
        className="btn btn-quiet btn-icon max-md:hidden"
        aria-label={t('keys.title')}
        onClick={() => setSheet(true)}
      >
        <Keyboard size={16} aria-hidden />
      </button>
    </div>
  )
  const open = (next: string | null) =>
    void navigate({
      to: '/approvals',
      search: { ...(next ? { id: next } : {}), ...(isHistory ? { view: 'history' } : {}) },
      replace: true,
    })
  return (
    <>
      <h1 className="sr-only">{t('approvals.title')}</h1>
      {isHistory ? (
        <Suspense>
          <History head={head} id={id} open={open} />
        </Suspense>
      ) : (
        <Inbox head={head} id={id} open={open} openSheet={() => setSheet(true)} />
      )}
      {sheet ? <KeysDialog close={() => setSheet(false)} /> : null}
    </>
  )
}
