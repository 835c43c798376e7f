import { Outlet } from '@tanstack/react-router'
import { useT } from '../i18n/use-t.ts'
import { LanguageSwitch, ThemeSwitch } from './appearance.tsx'
import { Mark } from './mark.tsx'

/** The frame of the pages in front of the sign-in. */
export function Door() {
  const t = useT()
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 items-center gap-2.5 px-4 md:px-6">
        <Mark />
        <span className="flex-1 font-semibold">{t('app.name')}</span>
        <LanguageSwitch />
        <ThemeSwitch />
      </header>
      <main id="main" className="flex flex-1 justify-center px-4 pt-[7vh] pb-16 md:pt-[11vh]">
        <div className="w-full max-w-[400px]">
          <Outlet />
        </div>
      </main>
      <footer className="px-6 pb-5 text-center text-2xs text-ink-2">{t('app.promise')}</footer>
    </div>
  )
}
