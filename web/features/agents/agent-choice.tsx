import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId, useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { NextPage } from '../../ui/state.tsx'
import { agentQuery, agentsQuery } from './queries.ts'

const looks = {
  plain: { row: 'has-checked:bg-accent-soft', radio: 'accent-accent' },
  critical: { row: 'has-checked:bg-critical-soft', radio: 'accent-critical' },
} as const

interface Props {
  chosen: string
  choose: (agentId: string) => void
  tone?: keyof typeof looks
  /** Also those that their gateway has no more, when false. */
  isActiveOnly?: boolean
  /** As high for few as for many, so that what stands around it does not jump while somebody types. */
  isSteady?: boolean
}

/** One agent out of all: the last active first, narrowed by what is typed. */
export function AgentChoice({ chosen, choose, tone = 'plain', isActiveOnly = true, isSteady = false }: Props) {
  const t = useT()
  const name = useId()
  const [typed, setTyped] = useState('')
  const query = useDeferredValue(typed)
  const found = useInfiniteQuery({
    ...agentsQuery({ query, state: isActiveOnly ? 'active' : undefined, sort: 'last_active' }),
    placeholderData: keepPreviousData,
  })
  const matching = found.data?.pages.flatMap((page) => page.items) ?? []
  // What is chosen stays in sight, whatever is typed afterwards.
  const isHidden = chosen !== '' && found.isSuccess && !matching.some(({ id }) => id === chosen)
  const hidden = useQuery({ ...agentQuery(chosen), enabled: isHidden }).data
  const agents = isHidden && hidden ? [hidden, ...matching] : matching
  return (
    <div>
      <input
        type="search"
        className="field"
        aria-label={t('agents.search')}
        placeholder={t('agents.search')}
        maxLength={100}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className={`mt-1.5 overflow-y-auto rounded-md border border-line ${isSteady ? 'h-60' : 'max-h-60'}`}>
        {agents.map((agent) => (
          <label
            key={agent.id}
            className={`flex min-h-9 cursor-pointer items-center gap-2.5 px-3 text-sm not-last:border-b not-last:border-line hover:bg-sunken max-md:min-h-11 ${looks[tone].row}`}
          >
            <input
              type="radio"
              name={name}
              className={looks[tone].radio}
              checked={agent.id === chosen}
              onChange={() => choose(agent.id)}
            />
            <span className="min-w-0 flex-1 truncate">{agent.displayName ?? agent.name}</span>
            <span className="truncate text-2xs text-ink-2">{agent.connectorName}</span>
          </label>
        ))}
        {matching.length === 0 ? (
          <p className="px-3 py-2.5 text-xs text-ink-2">
            {found.isPending ? t('state.loading') : t('agents.empty.filtered.title')}
          </p>
        ) : null}
        <NextPage of={found} />
      </div>
    </div>
  )
}
