import { Link } from '@tanstack/react-router'
import type { DriftedAgent } from '../../../../worker/features/snapshots/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RiskTag } from '../../../ui/risk.tsx'
import { Ago } from '../../../ui/time.tsx'
import { mayRestore, scopeSearch } from '../history/place.ts'

/** One agent that drifted in one scope, and the ways on. */
export function DriftRow(props: { one: DriftedAgent; connector: string | undefined; accept: (() => void) | null }) {
  const t = useT()
  const { one, connector, accept } = props
  const of = scopeSearch(one.scope)
  const look = { ...of, from: String(one.trusted), to: String(one.newest) }
  return (
    <li className="flex flex-wrap items-center gap-x-5 gap-y-2 py-3">
      <span className="w-20 max-md:order-1 max-md:w-auto">
        <RiskTag risk={one.risk} />
      </span>
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <Link to="/agents/$id/history" params={{ id: one.agentId }} search={look} className="link font-medium">
            {one.agentName}
          </Link>
          <span className="text-xs text-ink-2">{t(`snapshots.scope.${one.scope}`)}</span>
          {connector ? (
            <Link to="/connectors/$id" params={{ id: one.connectorId }} className="text-xs text-ink-2 hover:text-ink">
              {connector}
            </Link>
          ) : null}
        </p>
        <p className="text-xs text-ink-2">
          {t('snapshots.drift.changes', { count: one.changes })}
          <span aria-hidden> · </span>
          {one.categories.map((category) => t(`snapshots.category.${category}`)).join(t('state.comma'))}
        </p>
        <p className="text-2xs text-ink-2">
          {t('snapshots.drift.since')} <Ago at={one.since} />
          <span aria-hidden> · </span>
          {t('snapshots.drift.baseline', { version: one.trusted })}
        </p>
      </div>
      <div className="flex flex-wrap gap-2 max-md:order-2 max-md:basis-full">
        <Link to="/agents/$id/history" params={{ id: one.agentId }} search={look} className="btn max-md:flex-1">
          {t('snapshots.drift.look')}
        </Link>
        {accept ? (
          <button type="button" className="btn max-md:flex-1" onClick={accept}>
            {t('snapshots.drift.accept')}
          </button>
        ) : null}
        {accept && mayRestore(one.scope) ? (
          <Link
            to="/agents/$id/history"
            params={{ id: one.agentId }}
            search={{ ...of, rollback: String(one.trusted) }}
            className="btn max-md:flex-1"
          >
            {t('snapshots.drift.restore')}
          </Link>
        ) : null}
      </div>
    </li>
  )
}
