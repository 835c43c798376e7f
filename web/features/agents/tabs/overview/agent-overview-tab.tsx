import { useT } from '../../../../i18n/use-t.ts'
import { Fact, Facts, Mono } from '../../../../ui/page.tsx'
import { Ago } from '../../../../ui/time.tsx'
import { useAgent } from '../agent-context.ts'
import { PendingApprovals, RecentEvents } from './happening.tsx'

export function AgentOverviewTab() {
  const t = useT()
  const agent = useAgent()
  return (
    <>
      <Facts>
        <Fact name={t('agents.runtime')}>OpenClaw</Fact>
        <Fact name={t('agents.column.model')}>{agent.model ? <Mono>{agent.model}</Mono> : t('state.none')}</Fact>
        <Fact name={t('agents.toolsProfile')}>
          {agent.toolsProfile ? <Mono>{agent.toolsProfile}</Mono> : t('state.none')}
        </Fact>
        <Fact name={t('agents.column.lastActive')}>
          {agent.lastActiveAt ? <Ago at={agent.lastActiveAt} /> : t('agents.never')}
        </Fact>
        <Fact name={t('agents.workspace')} full>
          {agent.workspace ? <Mono>{agent.workspace}</Mono> : t('state.none')}
        </Fact>
        <Fact name={t('agents.lastSeen')}>
          <Ago at={agent.lastSeenAt} />
        </Fact>
        <Fact name={t('agents.firstSeen')}>
          <Ago at={agent.firstSeenAt} />
        </Fact>
        <Fact name={t('agents.id')} full>
          <Mono>{agent.id}</Mono>
        </Fact>
      </Facts>
      <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,360px)]">
        <RecentEvents agentId={agent.id} />
        <PendingApprovals agentId={agent.id} />
      </div>
    </>
  )
}
