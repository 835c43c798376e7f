import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { OauthLink } from '../../../worker/features/auth/contract.ts'
import { act, queryString, request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { authMethodsQuery, meQuery } from '../../session/queries.ts'
import { Dot } from '../../ui/badge.tsx'
import { Section } from '../../ui/page.tsx'
import { Trouble } from '../../ui/state.tsx'
import { GitHubMark, GoogleMark } from './provider-marks.tsx'

type Provider = 'github' | 'google'

/** Accounts elsewhere that can be used to sign in here; nothing where this installation offers none. */
export function LinkedAccounts() {
  const t = useT()
  const queryClient = useQueryClient()
  const offered = useQuery(authMethodsQuery).data?.providers ?? []
  const linked = useQuery(meQuery).data?.providers ?? []
  const link = useMutation({
    mutationFn: (provider: Provider) =>
      request(OauthLink, `/auth/oauth/${provider}/link${queryString({ next: '/settings/security' })}`, {
        method: 'POST',
      }),
    onSuccess: ({ url }) => location.assign(url),
  })
  const unlink = useMutation({
    mutationFn: (provider: Provider) => act(`/auth/oauth/${provider}`, { method: 'DELETE' }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['me'] }),
  })
  const shown = [...new Set([...offered, ...linked])]
  if (shown.length === 0) return null
  return (
    <Section title={t('linked.title')}>
      <p className="mb-3 text-xs text-ink-2">{t('linked.lead')}</p>
      <ul className="hairlines">
        {shown.map((provider) => {
          const isLinked = linked.includes(provider)
          const name = t(`profile.provider.${provider}`)
          return (
            <li key={provider} className="flex items-center gap-3 py-2.5">
              {provider === 'github' ? <GitHubMark /> : <GoogleMark />}
              <span className="flex-1 font-medium">{name}</span>
              <Dot tone={isLinked ? 'good' : 'off'} quiet>
                {isLinked ? t('linked.yes') : t('linked.no')}
              </Dot>
              <button
                type="button"
                className="btn"
                disabled={link.isPending || unlink.isPending}
                aria-label={isLinked ? t('linked.unlinkOf', { name }) : t('linked.linkOf', { name })}
                onClick={() => (isLinked ? unlink.mutate(provider) : link.mutate(provider))}
              >
                {isLinked ? t('linked.unlink') : t('linked.link')}
              </button>
            </li>
          )
        })}
      </ul>
      <Trouble error={link.error ?? unlink.error} />
    </Section>
  )
}
