import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useT } from '../i18n/use-t.ts'
import { settingsPlaces } from './navigation.tsx'

export function Settings() {
  const t = useT()
  const { pathname } = useLocation()
  const tabs = useRef<HTMLElement>(null)
  // On a phone the tabs scroll sideways: the one that is open is brought into sight.
  useEffect(() => {
    tabs.current?.querySelector(`[href="${pathname}"]`)?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [pathname])
  return (
    <div className="mx-auto flex max-w-[1120px] flex-col md:flex-row md:gap-6 md:px-4">
      <nav
        ref={tabs}
        aria-label={t('nav.settings')}
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-3 py-2 md:w-44 md:flex-col md:border-0 md:px-0 md:py-7"
      >
        {settingsPlaces.map((place) => (
          <Link
            key={place}
            to={`/settings/${place}`}
            className="flex h-8 items-center rounded-md px-2.5 text-sm whitespace-nowrap text-ink-2 hover:bg-sunken hover:text-ink max-md:h-11"
            activeProps={{ className: 'bg-sunken !text-ink font-medium' }}
          >
            {t(`settings.${place}.title`)}
          </Link>
        ))}
      </nav>
      <div className="min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  )
}
