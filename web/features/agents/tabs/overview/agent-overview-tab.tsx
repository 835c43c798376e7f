import { useT } from '../../../../i18n/use-t.ts'
import { Fact, Facts, Mono } from '../../../../ui/page.tsx'
import { Ago } from '../../../../ui/time.tsx'
import { AgentSpending } from '../../../budgets/agent-spending.tsx'
import { useAgent } from '../agent-context.ts'
import { ConfigGate } from '../config-gate.tsx'
import { Changes } from './changes.tsx'
import { PendingApprovals, RecentEvents } from './happening.tsx'
import { Sessions } from './sessions.tsx'
import { SettingsGroups } from './settings-groups.tsx'

/** Who an agent is and what it does now; what is most asked for of its settings can be changed in place. */
export function AgentOverviewTab() {
  const t = useT()
  const agent = useAgent()
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,340px)]">
      <div className="min-w-0 space-y-8">
        <ConfigGate>
          <SettingsGroups />
        </ConfigGate>
        <Sessions agentId={agent.id} />
        <RecentEvents agentId={agent.id} />
      </div>
      <div className="min-w-0 space-y-8 max-lg:order-first">
        <PendingApprovals agentId={agent.id} />
        <AgentSpending agentId={agent.id} />
        <Changes agentId={agent.id} />
        <Facts>
          <Fact name={t('agents.runtime')} full>
            OpenClaw
          </Fact>
          <Fact name={t('agents.column.lastActive')} full>
            {agent.lastActiveAt ? <Ago at={agent.lastActiveAt} /> : t('agents.never')}
          </Fact>
          <Fact name={t('agents.lastSeen')} full>
            <Ago at={agent.lastSeenAt} />
          </Fact>
          <Fact name={t('agents.firstSeen')} full>
            <Ago at={agent.firstSeenAt} />
          </Fact>
          <Fact name={t('agents.id')} full>
            <Mono>{agent.id}</Mono>
          </Fact>
        </Facts>
      </div>
    </div>
  )
}
