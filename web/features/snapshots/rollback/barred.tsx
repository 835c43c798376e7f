import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import type { Agent } from '../../../../worker/features/agents/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import type { RollbackBar } from './use-bar.ts'

/** Why nothing can be put back now, and where that is mended. */
export function Barred({ agent, bar }: { agent: Agent; bar: Exclude<RollbackBar, 'unknown'> }) {
  const t = useT()
  return (
    <div role="status" className="flex items-start gap-2.5 rounded-md bg-medium-soft px-3 py-2.5 text-xs text-medium">
      <Lock size={15} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0">
        <p>{t(`snapshots.bar.${bar}`)}</p>
        {bar === 'connector' || bar === 'gateway' || bar === 'manage' ? (
          <Link to="/connectors/$id" params={{ id: agent.connectorId }} className="aside-link">
            {t('snapshots.toConnector')}
          </Link>
        ) : null}
        {bar === 'stopped' && agent.stop ? (
          <Link to="/kill-switch/$id" params={{ id: agent.stop.orderId }} className="aside-link">
            {t('snapshots.toOrder')}
          </Link>
        ) : null}
      </div>
    </div>
  )
}
