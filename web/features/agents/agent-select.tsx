import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../ui/dialog.tsx'
import { Filter, SelectField } from '../../ui/field.tsx'
import { AgentChoice } from './agent-choice.tsx'
import { agentNamesQuery, agentQuery } from './queries.ts'

interface Props {
  label: string
  /** What stands there while none is chosen. */
  none: string
  value: string
  choose: (agentId: string) => void
  look?: 'filter' | 'field'
  error?: string | undefined
  /** Only those that their gateway has now. */
  isActiveOnly?: boolean
}

const search = 'search'

/**
 * One agent out of a list that opens at once. It holds the first agents only; where there are more, its last line opens
 * a search over all of them.
 */
export function AgentSelect({ label, none, value, choose, look = 'filter', error, isActiveOnly = false }: Props) {
  const t = useT()
  const [searching, setSearching] = useState(false)
  const first = useQuery(agentNamesQuery).data
  const listed = (first?.items ?? []).filter(({ state }) => !isActiveOnly || state === 'active')
  const chosen = useNamedAgent(value)
  const Select = look === 'filter' ? Filter : SelectField
  const take = (id: string) => (id === search ? setSearching(true) : choose(id))
  return (
    <>
      <Select
        label={label}
        value={value}
        onChange={({ target }) => take(target.value)}
        {...(error === undefined ? {} : { error })}
      >
        <option value="">{none}</option>
        {listed.map((agent) => (
          <option key={agent.id} value={agent.id}>
            {wordsOf(agent)}
          </option>
        ))}
        {value === '' || listed.some(({ id }) => id === value) ? null : (
          <option value={value}>{chosen ? wordsOf(chosen) : value}</option>
        )}
        {first?.nextCursor ? <option value={search}>{t('agents.choice.more')}</option> : null}
      </Select>
      <Dialog
        open={searching}
        onOpenChange={setSearching}
        title={t('agents.choice.title')}
        description={t('agents.choice.lead')}
      >
        <Search value={value} choose={choose} isActiveOnly={isActiveOnly} close={() => setSearching(false)} />
      </Dialog>
    </>
  )
}

/** Chosen by a button of its own: who goes through the list by the keyboard has chosen none of them yet. */
function Search(props: { value: string; choose: (id: string) => void; isActiveOnly: boolean; close: () => void }) {
  const t = useT()
  const [chosen, setChosen] = useState(props.value)
  return (
    <form
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault()
        // The list may stand in a form, which is not sent by this.
        event.stopPropagation()
        props.choose(chosen)
        props.close()
      }}
    >
      <AgentChoice chosen={chosen} choose={setChosen} isActiveOnly={props.isActiveOnly} isSteady />
      <SubmitActions cancel={props.close} disabled={chosen === ''}>
        {t('agents.choice.take')}
      </SubmitActions>
    </form>
  )
}

/** Agents of many gateways have the same name. */
export const wordsOf = (agent: Agent): string => `${agent.displayName ?? agent.name} · ${agent.connectorName}`

/** The agent of an id, also where it is none of the first; undefined as long as it is not known. */
export const useNamedAgent = (id: string): Agent | undefined => {
  const first = useQuery(agentNamesQuery)
  const listed = first.data?.items.find((agent) => agent.id === id)
  const isFarther = id !== '' && first.isSuccess && listed === undefined
  return useQuery({ ...agentQuery(id), enabled: isFarther }).data ?? listed
}
