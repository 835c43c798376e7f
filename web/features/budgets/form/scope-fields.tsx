import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { type BudgetScope, budgetScopes } from '../../../../worker/features/budgets/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Field, SelectField } from '../../../ui/field.tsx'
import { AgentChoice } from '../../agents/agent-choice.tsx'
import { agentNamesQuery, resourceGroupsQuery } from '../../agents/queries.ts'

interface Props {
  scope: BudgetScope
  choose: (scope: BudgetScope) => void
  error: string | undefined
}

const blank = {
  organization: { kind: 'organization' },
  group: { kind: 'group', group: '' },
  agent: { kind: 'agent', agentId: '' },
  model: { kind: 'model', model: '' },
} as const satisfies Record<BudgetScope['kind'], BudgetScope>

/** What a budget counts: everything, a group's agents, one agent, or one model. */
export function ScopeFields({ scope, choose, error }: Props) {
  const t = useT()
  const name = useId()
  return (
    <fieldset aria-describedby={error ? `${name}-error` : undefined}>
      <legend className="mb-1.5 text-xs font-medium">{t('budgets.form.scope')}</legend>
      <div className="mb-3 grid grid-cols-4 gap-1 rounded-lg bg-sunken p-1 max-sm:grid-cols-2">
        {budgetScopes.map((one) => (
          <label
            key={one}
            className="flex h-8 cursor-pointer items-center justify-center rounded-md text-xs text-ink-2 has-checked:bg-surface has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent max-md:h-11"
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={scope.kind === one}
              onChange={() => choose(blank[one])}
            />
            {t(`budgets.scope.${one}`)}
          </label>
        ))}
      </div>
      {scope.kind === 'agent' ? (
        <AgentChoice chosen={scope.agentId} choose={(agentId) => choose({ kind: 'agent', agentId })} />
      ) : scope.kind === 'group' ? (
        <GroupChoice chosen={scope.group} choose={choose} />
      ) : scope.kind === 'model' ? (
        <ModelChoice chosen={scope.model} choose={choose} />
      ) : (
        <p className="text-2xs text-ink-2">{t('budgets.form.organizationHint')}</p>
      )}
      {error ? (
        <p id={`${name}-error`} role="alert" className="mt-1 text-2xs text-critical">
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}

type Choice = { chosen: string; choose: Props['choose'] }

function GroupChoice({ chosen, choose }: Choice) {
  const t = useT()
  const groups = useQuery(resourceGroupsQuery).data?.items
  if (groups?.length === 0) return <p className="text-xs text-ink-2">{t('budgets.form.noGroups')}</p>
  return (
    <SelectField
      label={t('budgets.form.group')}
      value={chosen}
      onChange={({ target }) => choose({ kind: 'group', group: target.value })}
    >
      <option value="">{t('budgets.form.choose')}</option>
      {groups?.map(({ name, agents }) => (
        <option key={name} value={name}>
          {t('budgets.form.withAgents', { name, count: agents })}
        </option>
      ))}
    </SelectField>
  )
}

function ModelChoice({ chosen, choose }: Choice) {
  const t = useT()
  const id = useId()
  const agents = useQuery(agentNamesQuery).data?.items ?? []
  const models = [...new Set(agents.flatMap(({ model }) => (model ? [model] : [])))].toSorted()
  return (
    <>
      <Field
        label={t('budgets.form.model')}
        hint={t('budgets.form.modelHint')}
        className="font-mono text-2xs"
        list={id}
        maxLength={300}
        value={chosen}
        onChange={({ target }) => choose({ kind: 'model', model: target.value })}
      />
      <datalist id={id}>
        {models.map((model) => (
          <option key={model} value={model} />
        ))}
      </datalist>
    </>
  )
}
