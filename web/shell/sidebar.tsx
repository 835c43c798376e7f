import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { LogOut, UserRound } from 'lucide-react'
import { useT } from '../i18n/use-t.ts'
import { useMe } from '../session/queries.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { groups, placeAt, usePlaces } from './navigation.tsx'
import { OrganizationMenu } from './organization-menu.tsx'
import { useSignOut } from './use-sign-out.ts'

export function Sidebar({ pending }: { pending: number }) {
  const t = useT()
  const me = useMe()
  const signOut = useSignOut()
  const navigate = useNavigate()
  const places = usePlaces()
  const here = useLocation({ select: ({ pathname }) => placeAt(pathname)?.to })
  return (
    <nav
      aria-label={t('shell.menu')}
      className="hidden w-[208px] shrink-0 flex-col border-r border-line px-3 py-3 md:flex"
    >
      <OrganizationMenu />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {groups
          .filter((group) => places.some((place) => place.group === group))
          .map((group) => (
            <div key={group} className="mt-5">
              <p className="mb-1 px-2.5 text-2xs text-ink-3">{t(`nav.groups.${group}`)}</p>
              {places
                .filter((place) => place.group === group)
                .map(({ to, key, icon: Icon }) => (
                  <Link
                    key={to}
                    to={to}
                    activeOptions={{ exact: to !== here, includeSearch: false }}
                    className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm text-ink-2 transition-colors hover:bg-sunken hover:text-ink"
                    activeProps={{ className: 'bg-surface !text-ink font-medium shadow-[0_0_0_1px_var(--line)]' }}
                  >
                    <Icon size={16} strokeWidth={1.75} aria-hidden />
                    <span className="flex-1 truncate">{t(`nav.${key}`)}</span>
                    {key === 'approvals' && pending > 0 ? (
                      <span className="tnum text-2xs font-medium text-critical">
                        {pending}
                        <span className="sr-only">{t('nav.pendingHint')}</span>
                      </span>
                    ) : null}
                  </Link>
                ))}
            </div>
          ))}
      </div>
      <Menu
        side="top"
        className="flex w-full items-center gap-2.5 rounded-md p-1.5 text-left hover:bg-sunken"
        trigger={
          <>
            <span
              aria-hidden
              className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-2xs font-medium text-accent"
            >
              {[...(me?.name ?? '')][0]?.toUpperCase()}
            </span>
            <span className="min-w-0 leading-tight">
              <span className="sr-only">{t('shell.account')}</span>
              <span className="block truncate text-xs font-medium">{me?.name ?? ' '}</span>
              <span className="block truncate text-2xs text-ink-2">{me ? t(`role.${me.organization.role}`) : ' '}</span>
            </span>
          </>
        }
      >
        <MenuItem icon={<UserRound size={15} aria-hidden />} onClick={() => void navigate({ to: '/settings/profile' })}>
          {t('settings.profile.title')}
        </MenuItem>
        <MenuItem icon={<LogOut size={15} aria-hidden />} onClick={() => signOut.mutate()}>
          {t('shell.signOut')}
        </MenuItem>
      </Menu>
    </nav>
  )
}
