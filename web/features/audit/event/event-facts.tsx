import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Copy } from '../../../ui/copy.tsx'
import { Fact, Facts, Mono } from '../../../ui/page.tsx'
import { Ago } from '../../../ui/time.tsx'
import { actorName, type Names } from '../names.ts'

/** What an event is about, each a link to where it lives, and to the other events about it. */
export function EventFacts({ entry, names }: { entry: AuditEntry; names: Names }) {
  const t = useT()
  const { agentId, connectorId, traceId, target } = entry
  const approvalId = approvalOf(entry)
  return (
    <Facts>
      <Fact name={t('audit.column.actor')}>
        {actorName(t, names, entry)} <Others search={{ actor: entry.actor.id }} what={t('audit.event.allOfActor')} />
      </Fact>
      <Fact name={t('audit.column.time')}>
        <Ago at={entry.at} />
      </Fact>
      <Fact name={t('audit.column.type')}>
        <Link to="/audit" search={{ type: entry.type }} className="link font-mono text-2xs break-all">
          {entry.type}
        </Link>
      </Fact>
      {agentId ? (
        <Fact name={t('audit.filter.agent')}>
          <Link to="/agents/$id" params={{ id: agentId }} className="link">
            {names.agent(agentId) ?? <Mono>{agentId}</Mono>}
          </Link>
        </Fact>
      ) : null}
      {connectorId ? (
        <Fact name={t('audit.filter.connector')}>
          <Link to="/connectors/$id" params={{ id: connectorId }} className="link">
            {names.connector(connectorId) ?? <Mono>{connectorId}</Mono>}
          </Link>
        </Fact>
      ) : null}
      {approvalId ? (
        <Fact name={t('audit.event.approval')}>
          <Link to="/approvals/history" search={{ id: approvalId }} className="link">
            {t('audit.event.openApproval')}
          </Link>
        </Fact>
      ) : null}
      {traceId ? (
        <Fact name={t('trace.one')}>
          <Link to="/audit/traces/$traceId" params={{ traceId }} className="link">
            {t('trace.open')}
          </Link>
        </Fact>
      ) : null}
      {target ? (
        <Fact name={t('audit.filter.target')}>
          <Id id={target} what={t('audit.filter.target')} />{' '}
          <Others search={{ target }} what={t('audit.event.allOfTarget')} />
        </Fact>
      ) : null}
      <Fact name={t('audit.event.actorId')}>
        <Id id={entry.actor.id} what={t('audit.event.actorId')} />
      </Fact>
      <Fact name={t('audit.event.id')}>
        <Id id={entry.id} what={t('audit.event.id')} />
      </Fact>
    </Facts>
  )
}

/** Which approval the event is about: what it was done to, or what its payload names. */
const approvalOf = ({ target, payload }: AuditEntry) =>
  [target, payload.approvalId].find((id): id is string => typeof id === 'string' && id.startsWith('apr_')) ?? null

const Id = ({ id, what }: { id: string; what: string }) => (
  <span className="-my-1.5 inline-flex max-w-full items-center gap-1 align-middle">
    <Mono>{id}</Mono>
    <Copy text={id} what={what} />
  </span>
)

const Others = ({ search, what }: { search: { actor?: string; target?: string }; what: ReactNode }) => (
  <Link to="/audit" search={search} className="aside-link text-2xs">
    {what}
  </Link>
)
