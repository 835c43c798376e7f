import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import { commandGroupsWithChanges } from '../../../worker/features/connectors/link/commands/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Copy } from '../../ui/copy.tsx'
import { useEditingBar } from './use-editing.ts'

const restart = `clawbutler connect --groups ${commandGroupsWithChanges.join(',')}`

/** Says why this agent can only be looked at, and what to do about it; nothing while it can be changed. */
export function EditingNote({ agent }: { agent: Agent }) {
  const t = useT()
  const bar = useEditingBar(agent)
  if (bar === null || bar === 'unknown') return null
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-md bg-sunken px-3 py-2 text-xs text-ink-2">
      <Lock size={14} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">{t(`agent.locked.${bar}`)}</p>
      {bar === 'connector' || bar === 'gateway' ? (
        <Link to="/connectors/$id" params={{ id: agent.connectorId }} className="aside-link">
          {t('agent.toConnector')}
        </Link>
      ) : null}
      {bar === 'manage' ? (
        <span className="flex min-w-0 items-center gap-1 rounded-sm bg-surface pl-2 max-md:basis-full">
          <code className="min-w-0 flex-1 font-mono text-2xs break-all text-ink">{restart}</code>
          <Copy text={restart} what={t('agent.restartLine')} />
        </span>
      ) : null}
    </div>
  )
}
