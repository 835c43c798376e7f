import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Globe, KeyRound, Terminal } from 'lucide-react'
import { useState } from 'react'
import { Session } from '../../../worker/features/auth/contract.ts'
import { act, requestAll } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { useSignOut } from '../../shell/use-sign-out.ts'
import { Chip } from '../../ui/badge.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Page } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { deviceName } from './device-name.ts'

const icons = { browser: Globe, token: KeyRound, device: Terminal }

/** Where this person is signed in, and the way to end each. */
export function SessionsPage() {
  const t = useT()
  const queryClient = useQueryClient()
  const signOut = useSignOut()
  const list = useQuery({
    queryKey: ['sessions'],
    queryFn: () => requestAll(Session, '/auth/sessions'),
  })
  const [ending, setEnding] = useState<Session | null>(null)
  const [endingOthers, setEndingOthers] = useState(false)
  const hasOthers = list.data?.items.some((session) => !session.current) ?? false
  return (
    <Page
      title={t('settings.sessions.title')}
      lead={t('sessions.lead')}
      wide={false}
      actions={
        hasOthers ? (
          <button type="button" className="btn" onClick={() => setEndingOthers(true)}>
            {t('sessions.endOthers')}
          </button>
        ) : null
      }
    >
      {list.isPending ? (
        <Skeleton rows={4} height={62} />
      ) : list.isError ? (
        <Failed what={t('sessions.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : (
        <ul className="hairlines">
          {list.data.items.map((session) => {
            const Icon = icons[session.kind]
            return (
              <li key={session.id} className="flex items-center gap-3 py-3">
                <Icon size={18} strokeWidth={1.75} aria-hidden className="shrink-0 text-ink-2" />
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-2">
                    <span className="truncate font-medium" title={session.userAgent}>
                      {deviceName(session.userAgent) ?? t(`sessions.kind.${session.kind}`)}
                    </span>
                    {session.current ? <Chip>{t('sessions.current')}</Chip> : null}
                  </p>
                  <p className="text-2xs text-ink-2">
                    {t(`sessions.kind.${session.kind}`)} · <span className="font-mono">{session.ipAddress}</span> ·{' '}
                    {t('sessions.lastUsed')} <Ago at={session.lastUsedAt} />
                  </p>
                </div>
                <button
                  type="button"
                  className="btn"
                  aria-label={
                    session.current
                      ? t('shell.signOut')
                      : t('sessions.endOf', { name: deviceName(session.userAgent) ?? session.ipAddress })
                  }
                  onClick={() => (session.current ? signOut.mutate() : setEnding(session))}
                >
                  {session.current ? t('shell.signOut') : t('sessions.end')}
                </button>
              </li>
            )
          })}
        </ul>
      )}
      <Confirm
        open={endingOthers}
        close={() => setEndingOthers(false)}
        title={t('sessions.endOthersTitle')}
        body={t('sessions.endOthersBody')}
        action={t('sessions.endOthers')}
        danger
        onConfirm={async () => {
          await act('/auth/sessions', { method: 'DELETE' })
          await queryClient.invalidateQueries({ queryKey: ['sessions'] })
        }}
      />
      <Confirm
        open={ending !== null}
        close={() => setEnding(null)}
        title={t('sessions.endTitle')}
        body={t('sessions.endBody')}
        action={t('sessions.end')}
        danger
        onConfirm={async () => {
          await act(`/auth/sessions/${ending?.id}`, { method: 'DELETE' })
          await queryClient.invalidateQueries({ queryKey: ['sessions'] })
        }}
      />
    </Page>
  )
}
