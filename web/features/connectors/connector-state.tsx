import type { Connector } from '../../../worker/features/connectors/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot } from '../../ui/badge.tsx'
import { Ago } from '../../ui/time.tsx'

/** The connector's own link, and the gateway behind it: two facts, because each can fail alone. */
export function ConnectorState({ connector }: { connector: Connector }) {
  const t = useT()
  if (connector.state !== 'online')
    return (
      <Dot tone={connector.state === 'offline' ? 'bad' : 'off'} quiet>
        {t(`connectors.state.${connector.state}`)}
      </Dot>
    )
  return connector.gateway.connected ? (
    <Dot tone="good" quiet>
      {t('connectors.state.online')}
    </Dot>
  ) : (
    <Dot tone="warn" quiet>
      {t('connectors.gatewayAway')}
    </Dot>
  )
}

/** An online connector is seen now: the recorded moment is written seldom, and would read as if it had gone. */
export function LastSeen({ connector }: { connector: Connector }) {
  const t = useT()
  if (connector.state === 'online') return t('connectors.now')
  return connector.lastSeenAt ? <Ago at={connector.lastSeenAt} /> : t('connectors.neverSeen')
}
