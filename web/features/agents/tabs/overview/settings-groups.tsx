import { useT } from '../../../../i18n/use-t.ts'
import { Fact } from '../../../../ui/page.tsx'
import { useEditing } from '../../draft/draft-context.ts'
import { isTree } from '../../draft/entry.ts'
import { ValueText } from '../../draft/value-text.tsx'
import { EditGroup } from '../../schema/edit-group.tsx'
import { SettingField } from '../../schema/setting-field.tsx'
import { ValueFact } from '../../schema/value-fact.tsx'
import { ModelField, modelChain } from './model-field.tsx'

/** What an overview shows of an agent's entry; everything else is in the settings. */
const groups = [
  {
    key: 'identity',
    settings: [
      { key: 'name', path: ['name'] },
      { key: 'identity-name', path: ['identity', 'name'] },
      { key: 'identity-emoji', path: ['identity', 'emoji'] },
      { key: 'identity-theme', path: ['identity', 'theme'] },
      { key: 'description', path: ['description'] },
    ],
  },
  {
    key: 'workspace',
    settings: [
      { key: 'workspace', path: ['workspace'] },
      { key: 'cwd', path: ['cwd'] },
    ],
  },
  {
    key: 'heartbeat',
    settings: [
      { key: 'heartbeat-every', path: ['heartbeat', 'every'] },
      { key: 'heartbeat-target', path: ['heartbeat', 'target'] },
      { key: 'heartbeat-model', path: ['heartbeat', 'model'] },
      { key: 'heartbeat-activeHours-start', path: ['heartbeat', 'activeHours', 'start'] },
      { key: 'heartbeat-activeHours-end', path: ['heartbeat', 'activeHours', 'end'] },
      { key: 'heartbeat-prompt', path: ['heartbeat', 'prompt'] },
    ],
  },
  {
    key: 'subagents',
    settings: [
      { key: 'subagents-allowAgents', path: ['subagents', 'allowAgents'] },
      { key: 'subagents-delegationMode', path: ['subagents', 'delegationMode'] },
      { key: 'subagents-requireAgentId', path: ['subagents', 'requireAgentId'] },
    ],
  },
  {
    key: 'sandbox',
    settings: [
      { key: 'sandbox-mode', path: ['sandbox', 'mode'] },
      { key: 'sandbox-scope', path: ['sandbox', 'scope'] },
      { key: 'sandbox-workspaceAccess', path: ['sandbox', 'workspaceAccess'] },
      { key: 'sandbox-backend', path: ['sandbox', 'backend'] },
    ],
  },
] as const

export function SettingsGroups() {
  const t = useT()
  return (
    <div className="grid items-start gap-x-10 gap-y-7 lg:grid-cols-2">
      <ModelGroup />
      {groups.map(({ key, settings }) => (
        <EditGroup
          key={key}
          title={t(`agent.overview.group.${key}`)}
          paths={settings.map(({ path }) => path)}
          facts={settings.map((one) => (
            <ValueFact key={one.key} path={one.path} name={t(`agent.overview.setting.${one.key}`)} full />
          ))}
          fields={settings.map((one) => (
            <SettingField key={one.key} path={one.path} label={t(`agent.overview.setting.${one.key}`)} />
          ))}
        />
      ))}
    </div>
  )
}

function ModelGroup() {
  const t = useT()
  const { draft } = useEditing()
  const own = draft.valueAt(['model'])
  const shared = isTree(draft.config?.defaults) ? draft.config.defaults.model : undefined
  const { primary, fallbacks } = modelChain(own ?? shared)
  return (
    <EditGroup
      title={t('agent.overview.group.model')}
      paths={[['model']]}
      facts={
        <>
          <Fact name={t('agent.overview.model')} full>
            <ValueText value={primary === '' ? undefined : primary} />{' '}
            {own === undefined && primary !== '' ? (
              <span className="text-2xs text-ink-3">{t('agent.value.fromDefaults')}</span>
            ) : null}
          </Fact>
          <Fact name={t('agent.overview.fallbacks')} full>
            {fallbacks === undefined || fallbacks.length === 0 ? (
              <span className="text-ink-3">{t('agent.list.empty')}</span>
            ) : (
              <ol className="space-y-0.5">
                {fallbacks.map((name, at) => (
                  <li key={name}>
                    <span className="tnum mr-1.5 text-2xs text-ink-3">{at + 1}</span>
                    <ValueText value={name} />
                  </li>
                ))}
              </ol>
            )}
          </Fact>
        </>
      }
      fields={<ModelField />}
    />
  )
}
