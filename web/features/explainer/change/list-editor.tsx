import { type FormEvent, useId, useState } from 'react'
import type { AgentConfig } from '../../../../worker/features/agents/config/contract.ts'
import type { Tree } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SelectField } from '../../../ui/field.tsx'
import { EntryList } from './entry-list.tsx'
import { type ListName, listIn, listNames, profileIn, type Scope, type Trial, toolsIn, trialOf } from './trial.ts'

const profiles = ['minimal', 'coding', 'messaging', 'full'] as const
const scopes = ['agent', 'global'] as const
const groups = [
  ...['group:fs', 'group:runtime', 'group:web', 'group:memory', 'group:sessions', 'group:ui', 'group:messaging'],
  ...['group:automation', 'group:nodes', 'group:agents', 'group:media', 'group:openclaw', 'group:plugins'],
]

/** The profile and the lists of one scope as they stand, to be edited; only what is changed becomes the patch. */
export function ListEditor(props: {
  lists: AgentConfig
  tools: string[]
  run: (trial: Trial) => void
  isRunning: boolean
}) {
  const t = useT()
  const suggestions = useId()
  const [scope, setScope] = useState<Scope>('agent')
  const [changed, setChanged] = useState<Tree>({})
  const standing = toolsIn(props.lists, scope)
  const shown = { ...standing, ...changed }
  const set = (change: Tree) => setChanged((before) => ({ ...before, ...change }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    props.run(trialOf(scope, changed))
  }
  const isChanged = Object.keys(changed).length > 0
  const change = (name: ListName, list: string[]) => {
    // A list that was not there and is empty again is no list.
    set({ [name]: list.length === 0 && listIn(standing, name) === null ? null : list })
  }
  return (
    <form onSubmit={submit} className="space-y-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t('explainer.change.scope')}
          value={scope}
          onChange={(event) => {
            setScope(event.target.value === 'global' ? 'global' : 'agent')
            setChanged({})
          }}
        >
          {scopes.map((each) => (
            <option key={each} value={each}>
              {t(`explainer.change.scopes.${each}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('explainer.change.profile')}
          value={profileIn(shown) ?? ''}
          onChange={(event) => set({ profile: event.target.value === '' ? null : event.target.value })}
        >
          <option value="">{t('explainer.change.noProfile')}</option>
          {profiles.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </SelectField>
      </div>
      {listNames.map((name) => (
        <EntryList
          key={name}
          label={t(`explainer.change.list.${name}`)}
          entries={listIn(shown, name)}
          standing={listIn(standing, name) ?? []}
          suggestions={suggestions}
          change={(list) => change(name, list)}
        />
      ))}
      <datalist id={suggestions}>
        {[...groups, ...props.tools].map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="btn btn-primary" disabled={!isChanged || props.isRunning}>
          {t('explainer.change.run')}
        </button>
        {isChanged ? (
          <button type="button" className="btn btn-quiet" onClick={() => setChanged({})}>
            {t('explainer.change.reset')}
          </button>
        ) : null}
      </div>
    </form>
  )
}
