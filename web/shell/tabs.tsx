import { Dialog } from '@base-ui/react/dialog'
import { Link } from '@tanstack/react-router'
import { Ellipsis, LogOut } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import { chooseLocale } from '../i18n/catalogue.ts'
import { locales } from '../i18n/locale.ts'
import { useT } from '../i18n/use-t.ts'
import { chooseTheme, themes, useTheme } from '../theme.ts'
import { Filter } from '../ui/field.tsx'
import { usePlaces } from './navigation.tsx'
import { useSignOut } from './use-sign-out.ts'

const tabs = ['dashboard', 'approvals', 'activity', 'agents']
const tab = 'relative grid place-items-center content-center gap-0.5 text-2xs text-ink-2'

/** The phone's navigation: four places and a sheet with the rest. */
export function Tabs({ pending }: { pending: number }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const places = usePlaces()
  return (
    <nav
      aria-label={t('shell.menu')}
      className="grid shrink-0 grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden [&>*]:h-14"
    >
      {places
        .filter((place) => tabs.includes(place.key))
        .map(({ to, key, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className={tab}
            activeProps={{ className: '!text-accent font-medium' }}
          >
            <Icon size={19} strokeWidth={1.75} aria-hidden />
            {t(`nav.${key}`)}
            {key === 'approvals' && pending > 0 ? (
              <span className="tnum absolute top-1.5 left-[calc(50%+7px)] h-4 min-w-4 rounded-full bg-critical px-1 text-center text-[10px] leading-4 text-surface">
                {pending}
                <span className="sr-only">{t('nav.pendingHint')}</span>
              </span>
            ) : null}
          </Link>
        ))}
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger className={tab}>
          <Ellipsis size={19} aria-hidden />
          {t('nav.more')}
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-[var(--shade)]" />
          <Dialog.Popup className="fixed inset-x-0 bottom-0 z-50 rounded-t-xl border-t border-line-2 bg-surface p-4 pb-[calc(16px+env(safe-area-inset-bottom))] outline-none">
            <Dialog.Title className="sr-only">{t('nav.more')}</Dialog.Title>
            <More close={() => setOpen(false)} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </nav>
  )
}

function More({ close }: { close: () => void }) {
  const t = useT()
  const locale = useLocale()
  const theme = useTheme()
  const signOut = useSignOut()
  const places = usePlaces()
  const row = 'flex min-h-12 items-center gap-3 rounded-md px-2 text-base'
  return (
    <div>
      {places
        .filter((place) => !tabs.includes(place.key))
        .map(({ to, key, icon: Icon }) => (
          <Link key={to} to={to} className={row} onClick={close}>
            <Icon size={19} strokeWidth={1.75} aria-hidden className="text-ink-2" />
            {t(`nav.${key}`)}
          </Link>
        ))}
      <div className={`${row} justify-between`}>
        {t('shell.language')}
        <Filter
          label={t('shell.language')}
          value={locale}
          onChange={(event) => {
            const next = locales.find((one) => one === event.target.value)
            if (next) void chooseLocale(next)
          }}
        >
          {locales.map((one) => (
            <option key={one} value={one}>
              {t(`shell.languages.${one}`)}
            </option>
          ))}
        </Filter>
      </div>
      <div className={`${row} justify-between`}>
        {t('shell.theme')}
        <Filter
          label={t('shell.theme')}
          value={theme}
          onChange={(event) => {
            const next = themes.find((one) => one === event.target.value)
            if (next) chooseTheme(next)
          }}
        >
          {themes.map((one) => (
            <option key={one} value={one}>
              {t(`shell.themes.${one}`)}
            </option>
          ))}
        </Filter>
      </div>
      <button type="button" className={`${row} w-full text-left`} onClick={() => signOut.mutate()}>
        <LogOut size={19} aria-hidden className="text-ink-2" />
        {t('shell.signOut')}
      </button>
    </div>
  )
}
