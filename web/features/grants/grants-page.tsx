import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { KeySquare } from 'lucide-react'
import { useState } from 'react'
import type { Grant } from '../../../worker/features/grants/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { capabilitiesQuery } from '../../session/queries.ts'
import { Filter } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, NextPage, Note, Skeleton } from '../../ui/state.tsx'
import { AgentSelect } from '../agents/agent-select.tsx'
import { GrantRow } from './grant-row.tsx'
import { grantsQuery } from './queries.ts'
import { RevokeGrant } from './revoke-grant.tsx'

/** What nobody has to be asked for again, who said so, and until when. */
export function GrantsPage() {
  const t = useT()
  const { state: chosen, agent } = useSearch({ from: '/room/approvals/grants' })
  const state = chosen === 'ended' ? 'ended' : 'active'
  const navigate = useNavigate()
  const mine = useQuery(capabilitiesQuery).data
  const may = mine?.capabilities.includes('grants.write') ?? false
  const list = useInfiniteQuery(grantsQuery({ state, agentId: agent }))
  const [revoking, setRevoking] = useState<Grant | null>(null)
  const grants = list.data?.pages.flatMap((page) => page.items) ?? []
  const choose = (change: { state?: string; agent?: string }) =>
    void navigate({ to: '/approvals/grants', search: (before) => ({ ...before, ...change }), replace: true })
  return (
    <Page title={t('grants.title')} lead={t('grants.lead')}>
      <div className="mb-4 flex flex-wrap gap-2">
        <Filter
          label={t('grants.filter.state')}
          value={state}
          onChange={(event) => choose({ state: event.target.value === 'ended' ? 'ended' : '' })}
        >
          <option value="active">{t('grants.filter.active')}</option>
          <option value="ended">{t('grants.filter.ended')}</option>
        </Filter>
        <AgentSelect
          label={t('grants.filter.agent')}
          none={t('grants.filter.anyAgent')}
          value={agent ?? ''}
          choose={(id) => choose({ agent: id })}
        />
      </div>
      {mine && !may ? (
        <div className="mb-4">
          <Note>{t('grants.mayNot')}</Note>
        </div>
      ) : null}
      {list.isPending ? (
        <Skeleton rows={5} height={84} />
      ) : list.isError && !list.data ? (
        <Failed what={t('grants.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : grants.length === 0 ? (
        <Empty
          icon={<KeySquare size={20} strokeWidth={1.75} aria-hidden />}
          title={t(`grants.empty.${state}.title`)}
          body={t(`grants.empty.${state}.body`)}
        />
      ) : (
        <ul aria-label={t('grants.title')} className="hairlines">
          {grants.map((grant) => (
            <GrantRow key={grant.id} grant={grant} revoke={may ? () => setRevoking(grant) : null} />
          ))}
        </ul>
      )}
      <NextPage of={list} />
      {revoking ? <RevokeGrant grant={revoking} close={() => setRevoking(null)} /> : null}
    </Page>
  )
}
