import { Dialog } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { Bot, Languages, LogOut, Plug, SunMoon } from 'lucide-react'
import { type ReactNode, useDeferredValue, useState } from 'react'
import { useLocale } from 'use-intl'
import { agentNamesQuery, agentsFoundQuery } from '../features/agents/queries.ts'
import { connectorsQuery } from '../features/connectors/queries.ts'
import { chooseLocale } from '../i18n/catalogue.ts'
import { useT } from '../i18n/use-t.ts'
import { chooseTheme } from '../theme.ts'
import { settingsPlaces, usePlaces } from './navigation.tsx'
import { useSignOut } from './use-sign-out.ts'

/** Jump to any page, agent or connector, or switch something, from the keyboard. */
export function Palette({ close }: { close: () => void }) {
  const t = useT()
  const navigate = useNavigate()
  const locale = useLocale()
  const signOut = useSignOut()
  const places = usePlaces()
  const [typed, setTyped] = useState('')
  const query = useDeferredValue(typed.trim())
  const first = useQuery(agentNamesQuery).data
  // Those that are not among the first ones are looked for by what is typed.
  const farther = useQuery({ ...agentsFoundQuery(query), enabled: query !== '' && Boolean(first?.nextCursor) }).data
  const agents = [...new Map([...(first?.items ?? []), ...(farther?.items ?? [])].map((one) => [one.id, one])).values()]
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const then = (run: () => unknown) => () => {
    close()
    run()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[var(--shade)]" />
        <Dialog.Popup className="overlay fixed top-[12vh] left-1/2 z-50 w-[min(560px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden outline-none">
          <Dialog.Title className="sr-only">{t('shell.search')}</Dialog.Title>
          <Command label={t('shell.search')} loop>
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder={t('palette.placeholder')}
              className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-ink-3"
            />
            <Command.List className="max-h-[56vh] overflow-auto p-2">
              <Command.Empty className="px-3 py-8 text-center text-ink-2">{t('palette.empty')}</Command.Empty>
              <Group heading={t('palette.pages')}>
                {places.map(({ to, key, icon: Icon }) => (
                  <Item key={to} icon={<Icon size={16} aria-hidden />} onSelect={then(() => navigate({ to }))}>
                    {t(`nav.${key}`)}
                  </Item>
                ))}
                {settingsPlaces.map((place) => (
                  <Item key={place} onSelect={then(() => navigate({ to: `/settings/${place}` }))}>
                    {t('palette.settingsPage', { page: t(`settings.${place}.title`) })}
                  </Item>
                ))}
              </Group>
              {agents.length > 0 ? (
                <Group heading={t('nav.agents')}>
                  {agents.map((agent) => (
                    <Item
                      key={agent.id}
                      value={[agent.displayName, agent.name, agent.externalId, agent.id].filter(Boolean).join(' ')}
                      icon={<Bot size={16} aria-hidden />}
                      onSelect={then(() => navigate({ to: '/agents/$id', params: { id: agent.id } }))}
                    >
                      {agent.displayName ?? agent.name}
                    </Item>
                  ))}
                </Group>
              ) : null}
              {connectors.length > 0 ? (
                <Group heading={t('nav.connectors')}>
                  {connectors.map((connector) => (
                    <Item
                      key={connector.id}
                      value={`${connector.name} ${connector.id}`}
                      icon={<Plug size={16} aria-hidden />}
                      onSelect={then(() => navigate({ to: '/connectors/$id', params: { id: connector.id } }))}
                    >
                      {connector.name}
                    </Item>
                  ))}
                </Group>
              ) : null}
              <Group heading={t('palette.actions')}>
                <Item
                  icon={<SunMoon size={16} aria-hidden />}
                  onSelect={then(() =>
                    chooseTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'),
                  )}
                >
                  {t('palette.flipTheme')}
                </Item>
                <Item
                  icon={<Languages size={16} aria-hidden />}
                  onSelect={then(() => chooseLocale(locale === 'zh-CN' ? 'en-US' : 'zh-CN'))}
                >
                  {t('palette.flipLanguage')}
                </Item>
                <Item icon={<LogOut size={16} aria-hidden />} onSelect={then(() => signOut.mutate())}>
                  {t('shell.signOut')}
                </Item>
              </Group>
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const Group = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group
    heading={heading}
    className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-ink-2"
  >
    {children}
  </Command.Group>
)

const Item = (props: { icon?: ReactNode; value?: string; onSelect: () => void; children: ReactNode }) => (
  <Command.Item
    onSelect={props.onSelect}
    {...(props.value === undefined ? {} : { value: props.value })}
    className="flex h-9 items-center gap-2.5 rounded-md px-3 text-sm data-[selected=true]:bg-accent-soft max-md:h-11"
  >
    <span className="w-4 text-ink-2">{props.icon}</span>
    {props.children}
  </Command.Item>
)
