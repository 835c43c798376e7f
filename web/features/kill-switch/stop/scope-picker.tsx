import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { type KillScope, scopeKinds } from '../../../../worker/features/kill-switch/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SelectField } from '../../../ui/field.tsx'
import { AgentChoice } from '../../agents/agent-choice.tsx'
import { resourceGroupsQuery } from '../../agents/queries.ts'
import { connectorsQuery } from '../../connectors/queries.ts'

interface Props {
  scope: KillScope | null
  choose: (scope: KillScope | null) => void
}

/** What is stopped: one agent, a group, everything behind a connector, or everything. */
export function ScopePicker({ scope, choose }: Props) {
  const t = useT()
  const name = useId()
  const [kind, setKind] = useState<KillScope['kind']>(scope?.kind ?? 'agent')
  const take = (next: KillScope['kind']) => {
    setKind(next)
    choose(next === 'organization' ? { kind: 'organization' } : null)
  }
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium">{t('kill.scope')}</legend>
      <div className="mb-3 grid grid-cols-4 gap-1 rounded-lg bg-sunken p-1 max-sm:grid-cols-2">
        {scopeKinds.map((one) => (
          <label
            key={one}
            className="flex h-8 cursor-pointer items-center justify-center rounded-md text-xs text-ink-2 has-checked:bg-surface has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent max-md:h-11"
          >
            <input type="radio" name={name} className="sr-only" checked={kind === one} onChange={() => take(one)} />
            {t(`kill.scopes.${one}`)}
          </label>
        ))}
      </div>
      {kind === 'agent' ? (
        <AgentChoice
          tone="critical"
          chosen={scope?.kind === 'agent' ? scope.agentId : ''}
          choose={(agentId) => choose({ kind: 'agent', agentId })}
        />
      ) : null}
      {kind === 'group' ? <GroupChoice chosen={scope?.kind === 'group' ? scope.group : ''} choose={choose} /> : null}
      {kind === 'connector' ? (
        <ConnectorChoice chosen={scope?.kind === 'connector' ? scope.connectorId : ''} choose={choose} />
      ) : null}
    </fieldset>
  )
}

type Choice = { chosen: string; choose: Props['choose'] }

function GroupChoice({ chosen, choose }: Choice) {
  const t = useT()
  const groups = useQuery(resourceGroupsQuery).data?.items
  if (groups?.length === 0) return <p className="text-xs text-ink-2">{t('kill.noGroups')}</p>
  return (
    <SelectField
      label={t('kill.scopes.group')}
      value={chosen}
      onChange={(event) => choose(event.target.value ? { kind: 'group', group: event.target.value } : null)}
    >
      <option value="">{t('kill.choose')}</option>
      {groups?.map(({ name, agents }) => (
        <option key={name} value={name}>
          {t('kill.withAgents', { name, count: agents })}
        </option>
      ))}
    </SelectField>
  )
}

function ConnectorChoice({ chosen, choose }: Choice) {
  const t = useT()
  const connectors = useQuery(connectorsQuery).data?.items
  return (
    <SelectField
      label={t('kill.scopes.connector')}
      value={chosen}
      onChange={(event) => choose(event.target.value ? { kind: 'connector', connectorId: event.target.value } : null)}
    >
      <option value="">{t('kill.choose')}</option>
      {connectors?.map(({ id, name, agents }) => (
        <option key={id} value={id}>
          {t('kill.withAgents', { name, count: agents })}
        </option>
      ))}
    </SelectField>
  )
}
