import { Link, useSearch } from '@tanstack/react-router'
import { useT } from '../../../../i18n/use-t.ts'
import { useAgent } from '../agent-context.ts'
import { ConfigGate } from '../config-gate.tsx'
import { RawView } from './raw-view.tsx'
import { SchemaView } from './schema-view.tsx'

const views = ['form', 'raw'] as const

/** Everything that an agent's entry may say: as a form that follows the gateway's schema, or as text. */
export function AgentSettingsTab() {
  const t = useT()
  const agent = useAgent()
  const { view } = useSearch({ from: '/room/agents/$id/settings' })
  const shown = view === 'raw' ? 'raw' : 'form'
  return (
    <ConfigGate>
      <nav aria-label={t('agent.settings.views')} className="mb-4 flex w-fit rounded-md border border-line-2 p-0.5">
        {views.map((one) => (
          <Link
            key={one}
            to="/agents/$id/settings"
            params={{ id: agent.id }}
            search={one === 'raw' ? { view: 'raw' } : {}}
            aria-current={one === shown ? 'page' : undefined}
            className={`flex h-7 items-center rounded-sm px-3 text-xs max-md:h-10 ${one === shown ? 'bg-sunken font-medium' : 'text-ink-2'}`}
          >
            {t(`agent.settings.view.${one}`)}
          </Link>
        ))}
      </nav>
      {shown === 'raw' ? <RawView /> : <SchemaView />}
    </ConfigGate>
  )
}
