import { useQuery } from '@tanstack/react-query'
import { MessagesSquare } from 'lucide-react'
import type { Channel, Tree } from '../../../../../worker/features/connectors/link/questions/contract.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Chip, Dot } from '../../../../ui/badge.tsx'
import { Section } from '../../../../ui/page.tsx'
import { Empty, Skeleton } from '../../../../ui/state.tsx'
import { channelsQuery } from '../../at-gateway.ts'
import { useEditing } from '../../draft/draft-context.ts'
import { isTree } from '../../draft/entry.ts'
import { inWords } from '../../draft/value-text.tsx'
import { FreshnessNote } from '../../freshness-note.tsx'
import { NotRead } from '../../not-read.tsx'
import { useAgent } from '../agent-context.ts'
import { ConfigGate } from '../config-gate.tsx'

/** The channels of the gateway, and what of them comes to this agent. */
export function AgentChannelsTab() {
  const t = useT()
  const agent = useAgent()
  const found = useQuery(channelsQuery(agent.id))
  const channels = found.data?.channels ?? []
  return (
    <div className="grid items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,6fr)_minmax(0,5fr)]">
      <Section title={t('agent.channels.title')}>
        <FreshnessNote freshness={found.data?.freshness} />
        {found.isPending ? (
          <Skeleton rows={4} height={52} />
        ) : found.isError && !found.data ? (
          <NotRead what={t('agent.channels.failed')} error={found.error} retry={() => void found.refetch()} />
        ) : channels.length === 0 ? (
          <Empty
            icon={<MessagesSquare size={20} strokeWidth={1.75} aria-hidden />}
            title={t('agent.channels.none')}
            body={t('agent.channels.noneBody')}
          />
        ) : (
          <ul className="hairlines">
            {channels.map((channel) => (
              <ChannelRow key={channel.id} channel={channel} />
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('agent.channels.routing')}>
        <ConfigGate>
          <Routing />
        </ConfigGate>
      </Section>
    </div>
  )
}

function ChannelRow({ channel }: { channel: Channel }) {
  const t = useT()
  const state =
    channel.isConfigured === false
      ? 'unconfigured'
      : channel.isRunning
        ? 'running'
        : channel.isRunning === null
          ? 'unknown'
          : 'stopped'
  const tone = { running: 'good', stopped: 'bad', unconfigured: 'off', unknown: 'off' } as const
  return (
    <li className="py-3">
      <p className="flex flex-wrap items-center gap-x-3">
        <span className="font-medium">{channel.label}</span>
        <code className="flex-1 font-mono text-2xs text-ink-3">{channel.id}</code>
        <Dot tone={tone[state]} quiet>
          {t(`agent.channels.state.${state}`)}
        </Dot>
      </p>
      {channel.accounts.length === 0 ? null : (
        <ul className="mt-1.5 space-y-1">
          {channel.accounts.map((account) => (
            <li key={account.id} className="flex flex-wrap items-center gap-x-3 pl-3 text-xs">
              <code className="min-w-0 flex-1 font-mono text-2xs break-all">{account.id}</code>
              {account.isEnabled === false ? <Chip>{t('agent.channels.accountOff')}</Chip> : null}
              {account.isConnected === null ? null : (
                <Dot tone={account.isConnected ? 'good' : 'bad'} quiet>
                  {t(account.isConnected ? 'agent.channels.connected' : 'agent.channels.disconnected')}
                </Dot>
              )}
              {account.lastError ? (
                <p className="basis-full font-mono text-2xs break-words text-critical">{account.lastError}</p>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

/** Bindings are the gateway's, not the agent's: shown here, kept there. */
function Routing() {
  const t = useT()
  const { draft } = useEditing()
  const bindings = draft.config?.bindings ?? []
  return (
    <>
      {bindings.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">
          {draft.agent.isDefault ? t('agent.channels.unboundDefault') : t('agent.channels.unbound')}
        </p>
      ) : (
        <ol className="hairlines">
          {bindings.map((binding) => (
            <li key={JSON.stringify(binding)} className="flex flex-wrap gap-1.5 py-2.5">
              {partsOf(binding).map(([name, value]) => (
                <span key={name} className="inline-flex items-baseline gap-1.5 rounded-sm bg-sunken px-1.5 py-0.5">
                  <span className="text-2xs text-ink-2">{name}</span>
                  <code className="font-mono text-2xs break-all">{value}</code>
                </span>
              ))}
            </li>
          ))}
        </ol>
      )}
      <p className="mt-2 text-2xs text-ink-2">{t('agent.channels.routingHint')}</p>
    </>
  )
}

/** What a binding asks for, in the order of its author; the agent itself is said by the page. */
const partsOf = (binding: Tree): [string, string][] =>
  Object.entries(binding).flatMap(([name, value]): [string, string][] => {
    if (name === 'agentId') return []
    return isTree(value)
      ? Object.entries(value).map(([inner, what]): [string, string] => [inner, inWords(what)])
      : [[name, inWords(value)]]
  })
