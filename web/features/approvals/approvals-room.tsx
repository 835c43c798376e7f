import { Link, Outlet, useSearch } from '@tanstack/react-router'
import { useT } from '../../i18n/use-t.ts'

/** The pages about approvals, in the order of their tabs. */
const places = [
  { to: '/approvals', key: 'open' },
  { to: '/approvals/history', key: 'history' },
  { to: '/approvals/rules', key: 'rules' },
  { to: '/approvals/grants', key: 'grants' },
  { to: '/approvals/statistics', key: 'statistics' },
  { to: '/approvals/delivery', key: 'delivery' },
] as const

/** The frame of everything about approvals: one row of tabs that fits a phone, and the page below with its own scroll. */
export function ApprovalsRoom() {
  const t = useT()
  const isReading = useSearch({ strict: false }).id !== undefined
  return (
    <div className="flex h-full flex-col">
      <nav
        aria-label={t('approvals.title')}
        className={`flex shrink-0 items-stretch border-b border-line max-md:justify-between md:gap-1 md:px-3 ${isReading ? 'max-md:hidden' : ''}`}
      >
        {places.map(({ to, key }) => (
          <Link
            key={key}
            to={to}
            activeOptions={{ exact: true, includeSearch: false }}
            className="relative flex h-10 items-center px-2.5 text-xs whitespace-nowrap text-ink-2 hover:text-ink max-md:h-12 max-md:flex-auto max-md:justify-center max-md:px-1"
            activeProps={{
              className:
                '!text-ink font-medium after:absolute after:inset-x-2 after:-bottom-px after:h-0.5 after:rounded-full after:bg-accent max-md:after:inset-x-1',
            }}
          >
            {t(`approvals.places.${key}`)}
          </Link>
        ))}
      </nav>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Outlet />
      </div>
    </div>
  )
}
