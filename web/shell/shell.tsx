import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { mineQuery } from '../features/approvals/queries.ts'
import { withMessages } from '../i18n/catalogue.ts'
import { useT } from '../i18n/use-t.ts'
import { startLive } from '../live.ts'
import { capabilitiesQuery, meQuery } from '../session/queries.ts'
import { Failed } from '../ui/state.tsx'
import { Toasts } from '../ui/toast.tsx'
import { LanguageSwitch, ThemeSwitch } from './appearance.tsx'
import { LiveDot, StaleBanner } from './live-dot.tsx'
import { OrganizationMenu } from './organization-menu.tsx'
import { Sidebar } from './sidebar.tsx'
import { Tabs } from './tabs.tsx'

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })))
const StopButton = lazy(async () => ({
  default: (await withMessages(import('../features/kill-switch/stop-button.tsx'), 'kill')).StopButton,
}))

/** The frame of everything behind the sign-in: navigation, the app's one event stream, palette, messages. */
export function Shell() {
  const t = useT()
  const queryClient = useQueryClient()
  const me = useQuery(meQuery)
  useQuery(capabilitiesQuery)
  const organizationId = me.data?.organization.id
  const pending = useInfiniteQuery({
    ...mineQuery,
    enabled: organizationId !== undefined,
    select: ({ pages }) => pages.reduce((count, page) => count + page.items.length, 0),
  }).data
  const [palette, setPalette] = useState(false)

  useEffect(() => {
    if (organizationId === undefined) return
    return startLive(queryClient)
  }, [organizationId, queryClient])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      setPalette((open) => !open)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a href="#main" className="btn sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50">
        {t('shell.skip')}
      </a>
      <Sidebar pending={pending ?? 0} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <header className="flex h-12 shrink-0 items-center gap-1.5 border-b border-line px-2 max-md:h-14 md:gap-2 md:px-4">
          <div className="min-w-0 flex-1 md:hidden">
            <OrganizationMenu compact />
          </div>
          <button
            type="button"
            onClick={() => setPalette(true)}
            aria-keyshortcuts="Control+K Meta+K"
            className="flex h-8 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-xs text-ink-2 hover:border-line-2 max-md:h-11 max-md:w-11 max-md:justify-center max-md:border-transparent max-md:bg-transparent md:w-64"
          >
            <Search size={15} aria-hidden className="shrink-0" />
            <span className="flex-1 text-left max-md:sr-only">{t('shell.search')}</span>
            <span aria-hidden className="kbd max-md:hidden">
              ⌘K
            </span>
          </button>
          <span className="flex-1 max-md:hidden" />
          <Suspense>
            <StopButton />
          </Suspense>
          <LiveDot />
          <div className="flex max-md:hidden">
            <LanguageSwitch />
            <ThemeSwitch />
          </div>
        </header>
        <StaleBanner />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
          {me.isError ? (
            <Failed what={t('shell.meFailed')} error={me.error} retry={() => void me.refetch()} />
          ) : (
            <Outlet />
          )}
        </main>
        <Tabs pending={pending ?? 0} />
      </div>
      <Toasts />
      <Suspense>{palette ? <Palette close={() => setPalette(false)} /> : null}</Suspense>
    </div>
  )
}
