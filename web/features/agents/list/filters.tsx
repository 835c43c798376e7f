import { useQuery } from '@tanstack/react-query'
import { SlidersHorizontal } from 'lucide-react'
import { useId, useState } from 'react'
import { agentSorts } from '../../../../worker/features/agents/contract.ts'
import { healthStates } from '../../../../worker/features/health/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Filter } from '../../../ui/field.tsx'
import { membersQuery } from '../../audit/names.ts'
import { connectorsQuery } from '../../connectors/queries.ts'
import { agentNamesQuery, resourceGroupsQuery } from '../queries.ts'
import type { Filtering } from './use-agent-filter.ts'

const controls = ['enabled', 'disabled', 'stopped'] as const

/** Search and order always; on a phone the rest is a button away. */
export function Filters({ search, choose, clear, chosen }: Filtering) {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <div className="mb-4 flex flex-wrap gap-2">
      <input
        type="search"
        aria-label={t('agents.search')}
        placeholder={t('agents.search')}
        className="field max-w-56 max-md:max-w-none md:h-8"
        value={search.q ?? ''}
        maxLength={100}
        onChange={(event) => choose({ q: event.target.value })}
      />
      <Filter
        label={t('registry.sort')}
        value={search.sort ?? 'newest'}
        onChange={(e) => choose({ sort: e.target.value })}
      >
        {agentSorts.map((sort) => (
          <option key={sort} value={sort}>
            {t(`registry.sorts.${sort}`)}
          </option>
        ))}
      </Filter>
      <button type="button" className="btn md:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
        <SlidersHorizontal size={15} aria-hidden />
        {t('registry.filters', { count: chosen })}
      </button>
      <div className={`flex flex-wrap gap-2 max-md:basis-full md:contents ${open ? '' : 'max-md:hidden'}`}>
        <Choices search={search} choose={choose} />
        {chosen > 0 ? (
          <button type="button" className="btn btn-quiet" onClick={clear}>
            {t('registry.clear')}
          </button>
        ) : null}
      </div>
    </div>
  )
}

function Choices({ search, choose }: Pick<Filtering, 'search' | 'choose'>) {
  const t = useT()
  const tagsId = useId()
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const groups = useQuery(resourceGroupsQuery).data?.items ?? []
  const members = useQuery({ ...membersQuery, enabled: useCan('members.read') }).data?.items ?? []
  const tags = [...new Set(useQuery(agentNamesQuery).data?.items.flatMap((agent) => agent.tags) ?? [])].sort()
  return (
    <>
      <Filter
        label={t('agents.column.connector')}
        value={search.connector ?? ''}
        onChange={(e) => choose({ connector: e.target.value })}
      >
        <option value="">{t('agents.allConnectors')}</option>
        {connectors.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Filter>
      <Filter
        label={t('registry.health')}
        value={search.health ?? ''}
        onChange={(e) => choose({ health: e.target.value })}
      >
        <option value="">{t('registry.anyHealth')}</option>
        {healthStates.map((health) => (
          <option key={health} value={health}>
            {t(`wellness.state.${health}`)}
          </option>
        ))}
      </Filter>
      <Filter
        label={t('registry.control')}
        value={search.control ?? ''}
        onChange={(e) => choose({ control: e.target.value })}
      >
        <option value="">{t('registry.anyControl')}</option>
        {controls.map((control) => (
          <option key={control} value={control}>
            {t(`registry.controls.${control}`)}
          </option>
        ))}
      </Filter>
      {groups.length > 0 || search.group ? (
        <Filter
          label={t('registry.group')}
          value={search.group ?? ''}
          onChange={(e) => choose({ group: e.target.value })}
        >
          <option value="">{t('registry.anyGroup')}</option>
          {groups.map(({ name, agents }) => (
            <option key={name} value={name}>
              {t('registry.groupOption', { name, count: agents })}
            </option>
          ))}
        </Filter>
      ) : null}
      {members.length > 0 ? (
        <Filter
          label={t('registry.owner')}
          value={search.owner ?? ''}
          onChange={(e) => choose({ owner: e.target.value })}
        >
          <option value="">{t('registry.anyOwner')}</option>
          {members.map(({ userId, name }) => (
            <option key={userId} value={userId}>
              {name}
            </option>
          ))}
        </Filter>
      ) : null}
      <input
        className="field max-w-36 text-xs max-md:max-w-none max-md:flex-1 md:h-8 md:px-2"
        aria-label={t('registry.tag')}
        placeholder={t('registry.tag')}
        list={tagsId}
        value={search.tag ?? ''}
        maxLength={50}
        onChange={(e) => choose({ tag: e.target.value })}
      />
      <datalist id={tagsId}>
        {tags.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      <Filter
        label={t('agents.column.state')}
        value={search.state ?? 'active'}
        onChange={(e) => choose({ state: e.target.value === 'active' ? '' : e.target.value })}
      >
        <option value="active">{t('agents.state.active')}</option>
        <option value="removed">{t('agents.state.removed')}</option>
      </Filter>
    </>
  )
}
