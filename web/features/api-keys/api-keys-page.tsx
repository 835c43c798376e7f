import { useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { ApiKey } from '../../../worker/features/api-keys/contract.ts'
import { act, requestAll } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { capabilitiesQuery } from '../../session/queries.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, Note, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { CreateKey } from './create-key.tsx'

export function ApiKeysPage() {
  const t = useT()
  const queryClient = useQueryClient()
  const mine = useQuery(capabilitiesQuery).data
  const may = mine?.capabilities.includes('api-keys.write') ?? false
  const list = useQuery({
    queryKey: ['api-keys'],
    queryFn: () => requestAll(ApiKey, '/api-keys'),
    enabled: may,
  })
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const keys = list.data?.items ?? []
  return (
    <Page
      title={t('settings.api-keys.title')}
      lead={t('apiKeys.lead')}
      wide={false}
      actions={
        may ? (
          <button type="button" className="btn btn-primary" onClick={() => setCreating(true)}>
            <Plus size={15} aria-hidden />
            {t('apiKeys.create')}
          </button>
        ) : null
      }
    >
      {mine && !may ? (
        <Note>{t('apiKeys.mayNot')}</Note>
      ) : list.isPending ? (
        <Skeleton rows={4} height={62} />
      ) : list.isError ? (
        <Failed what={t('apiKeys.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : keys.length === 0 ? (
        <Empty
          icon={<KeyRound size={20} strokeWidth={1.75} aria-hidden />}
          title={t('apiKeys.empty.title')}
          body={t('apiKeys.empty.body')}
        />
      ) : (
        <ul className="hairlines">
          {keys.map((key) => (
            <li key={key.id} className="flex items-center gap-3 py-3">
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-baseline gap-x-2.5">
                  <span className="font-medium">{key.name}</span>
                  <code className="font-mono text-2xs text-ink-2">{key.hint}</code>
                </p>
                <p className="text-2xs break-words text-ink-2">
                  {key.scopes.map((scope) => t(`capability.${scope}`)).join(t('state.comma'))}
                </p>
                <p className="text-2xs text-ink-2">
                  {key.lastUsedAt ? (
                    <>
                      {t('sessions.lastUsed')} <Ago at={key.lastUsedAt} />
                    </>
                  ) : (
                    t('passkeys.neverUsed')
                  )}
                  {' · '}
                  {key.expiresAt ? t('apiKeys.expires', { date: new Date(key.expiresAt) }) : t('apiKeys.neverExpires')}
                </p>
              </div>
              <button
                type="button"
                className="btn"
                aria-label={t('apiKeys.revokeOf', { name: key.name })}
                onClick={() => setRevoking(key)}
              >
                {t('apiKeys.revoke')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Dialog open={creating} onOpenChange={setCreating} title={t('apiKeys.create')} wide>
        <CreateKey mine={mine?.capabilities ?? []} close={() => setCreating(false)} />
      </Dialog>
      <Confirm
        open={revoking !== null}
        close={() => setRevoking(null)}
        title={t('apiKeys.revokeTitle', { name: revoking?.name ?? '' })}
        body={t('apiKeys.revokeBody')}
        action={t('apiKeys.revoke')}
        danger
        onConfirm={async () => {
          await act(`/api-keys/${revoking?.id}`, { method: 'DELETE' })
          await queryClient.invalidateQueries({ queryKey: ['api-keys'] })
        }}
      />
    </Page>
  )
}
