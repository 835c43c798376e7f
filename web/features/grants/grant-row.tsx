import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { Grant } from '../../../worker/features/grants/contract.ts'
import { absolute, number, remaining } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'
import { RiskGlyph } from '../../ui/risk.tsx'
import { Ago } from '../../ui/time.tsx'
import { useNow } from '../../use-now.ts'
import { PatternSentence } from './pattern-text.tsx'

const gatewayTones: Record<Exclude<Grant['gateway'], 'none'>, Tone> = {
  wanted: 'busy',
  kept: 'good',
  revoking: 'warn',
  revoked: 'off',
}

export function GrantRow({ grant, revoke }: { grant: Grant; revoke: (() => void) | null }) {
  const t = useT()
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-3 py-4">
      <div className="min-w-0 flex-1 max-md:basis-full">
        <p>
          <PatternSentence pattern={grant.pattern} agentName={grant.agentName} connectorName={grant.connectorName} />
        </p>
        <p className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-2xs text-ink-2">
          <span className="inline-flex items-center gap-1.5">
            <RiskGlyph risk={grant.pattern.riskMax} silent />
            {t('grants.riskMax', { risk: t(`risk.${grant.pattern.riskMax}`) })}
          </span>
          <Uses grant={grant} />
          {grant.gateway === 'none' ? null : (
            <Dot tone={gatewayTones[grant.gateway]} quiet>
              {t(`grants.gateway.${grant.gateway}`)}
            </Dot>
          )}
        </p>
        <p className="mt-1 flex flex-wrap gap-x-4 text-2xs text-ink-2">
          <Origin grant={grant} />
        </p>
      </div>
      <div className="flex shrink-0 items-center gap-4 max-md:w-full max-md:justify-between md:text-right">
        <End grant={grant} />
        {grant.state === 'active' && revoke ? (
          <button type="button" className="btn btn-danger" onClick={revoke}>
            {t('grants.revoke')}
          </button>
        ) : null}
      </div>
    </li>
  )
}

function Uses({ grant }: { grant: Grant }) {
  const t = useT()
  const locale = useLocale()
  return (
    <span className="tnum inline-flex items-center gap-2">
      {grant.usesMax === null ? (
        t('grants.uses', { uses: grant.uses })
      ) : (
        <>
          <span aria-hidden className="h-1 w-16 overflow-hidden rounded-full bg-line">
            <span
              className="block h-full rounded-full bg-accent"
              style={{ width: `${Math.min(100, (grant.uses / grant.usesMax) * 100)}%` }}
            />
          </span>
          {t('grants.usesOf', { uses: number(locale, grant.uses), max: number(locale, grant.usesMax) })}
        </>
      )}
      {grant.lastUsedAt ? (
        <span>{t.rich('grants.lastUsed', { ago: () => <Ago at={grant.lastUsedAt ?? ''} /> })}</span>
      ) : null}
    </span>
  )
}

function Origin({ grant }: { grant: Grant }) {
  const t = useT()
  const who = (
    <span>
      {grant.createdBy.kind === 'gateway' ? t('grants.byGateway') : t('grants.by', { name: grant.createdBy.name })}
      {' · '}
      <Ago at={grant.createdAt} />
    </span>
  )
  if (grant.approvalId === null) return who
  return (
    <>
      {who}
      <Link to="/approvals/history" search={{ id: grant.approvalId }} className="link">
        {t('grants.approval')}
      </Link>
    </>
  )
}

/** When it ends, or how and why it ended. */
function End({ grant }: { grant: Grant }) {
  const t = useT()
  const locale = useLocale()
  const now = useNow()
  if (grant.state === 'revoked')
    return (
      <div className="text-2xs text-ink-2">
        <Dot tone="off">{t('grants.state.revoked')}</Dot>
        {grant.revokedAt ? (
          <p className="mt-0.5">
            {grant.revokedBy ? `${grant.revokedBy} · ` : ''}
            <Ago at={grant.revokedAt} />
          </p>
        ) : null}
        {grant.revokeReason ? <p className="max-w-64 break-words">{grant.revokeReason}</p> : null}
      </div>
    )
  if (grant.state !== 'active')
    return (
      <div className="text-2xs text-ink-2">
        <Dot tone="off">{t(`grants.state.${grant.state}`)}</Dot>
        {grant.state === 'expired' && grant.expiresAt ? (
          <p className="mt-0.5">
            <Ago at={grant.expiresAt} />
          </p>
        ) : null}
      </div>
    )
  if (grant.expiresAt === null) return <p className="text-xs text-medium">{t('grants.never')}</p>
  const left = Date.parse(grant.expiresAt) - now
  return (
    <p className="text-2xs text-ink-2">
      {t('grants.endsIn')}
      <time
        dateTime={grant.expiresAt}
        title={absolute(locale, Date.parse(grant.expiresAt))}
        className={`block text-sm font-medium max-md:ml-1.5 max-md:inline ${left < 3_600_000 ? 'text-high' : 'text-ink'}`}
      >
        {remaining(locale, left)}
      </time>
    </p>
  )
}
